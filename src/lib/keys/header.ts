const WORDS = new Set(
  `value values значение значения контакт контакты контакта контактов контактные данные телефон телефоны телефона телефонов номер номера тел
   phone phones number numbers tel mobile contact contacts data nick nicks nickname nicknames ник ники никнейм username usernames user логин login
   юзернейм юзер пользователь ссылка ссылки link links url urls адрес адреса address email emails mail mails почта почты имейл емейл мейл
   id ids ид айди key keys ключ профиль профили profile profiles аккаунт аккаунты account accounts имя фио name дата date
   telegram телеграм телеграмм тг tg whatsapp вотсап ватсап макс max viber вайбер instagram инстаграм инст нельзяграм
   вк vk вконтакте ок ok одноклассники авито avito юла yula кворк kwork`.split(/\s+/),
);
const LINKING = new Set('на of for the и or или a e base базы база база'.split(' '));

/** True for a cell that holds nothing but a column's title (`Значение`, `Phone number`, `E-mail:`), in any case and punctuation. */
export function isHeaderWord(cell: string): boolean {
  if (cell.length > 60 || /^[\s'"=]*[+\d]|@\S/.test(cell)) return false;
  const words = cell
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .match(/[\p{L}\p{M}]+/gu);
  if (!words || /\d|[./][a-z]/i.test(cell)) return false;
  if (WORDS.has(words.join(''))) return true;
  return words.some((word) => WORDS.has(word)) && words.every((word) => WORDS.has(word) || LINKING.has(word));
}
