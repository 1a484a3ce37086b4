// Of ten characters and more, since shorter ones are refused anyway. Compared without case.
const words = `
1234567890 12345678910 0123456789 0987654321 1234567891 123456789a 123456789q a123456789 q123456789 1q2w3e4r5t
1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qwerty1234 qwerty12345 qwerty123456 qwertyuiop
qwertyuiop[] qwerty123qwerty qwe123qwe123 asdfghjkl; asdfghjkl1 zxcvbnm123 zaq12wsxcde3 password12 password123 password1234
passw0rd123 p@ssw0rd123 password123! password2024 password2025 password2026 passwordpassword mypassword1 admin12345 admin123456
administrator administrator1 adminadmin letmein123 welcome123 welcome1234 iloveyou123 iloveyou12 superman123 football123
1111111111 0000000000 1212121212 1122334455 1029384756 9876543210 9999999999 7777777777 5555555555 1231231231 123123123123
123321123321 1234512345 11223344556 abcdefghij abcd123456 abc1234567 aaaaaaaaaa qqqqqqqqqq qwerqwerqwer asdasdasdasd
йцукенгшщз йцукенгшщзх йцукен12345 йцукен123456 фывапролдж ячсмитьбю1 пароль1234 пароль12345 пароль123456 парольпароль
privet12345 privet123456 marina12345 natasha123 vladimir123 qwertyqwerty leadcabinet lead-cabinet leadcabinet1
`;

export const commonPasswords: ReadonlySet<string> = new Set(words.split(/\s+/).filter(Boolean).concat('lead cabinet'));
