-- What a company starts with; an admin edits it in the cabinet.

INSERT INTO base_types (code, name, kind, "limit", position, sheet_titles) VALUES
  ('telegram',  'Telegram',                       'telegram',  50,  1, '{Тг,ТГ,Telegram}'),
  ('whatsapp',  'WhatsApp',                       'phone',     35,  2, '{Вотсап,WhatsApp}'),
  ('max',       'Max',                            'phone',     35,  3, '{Макс,Max}'),
  ('viber',     'Viber',                          'phone',     35,  4, '{Вайбер,Viber}'),
  ('instagram', 'Нельзяграм (там где Reels)',     'instagram', 300, 5, '{Инст,Нельзяграм,Instagram}'),
  ('vk',        'ВКонтакте',                      'vk',        250, 6, '{ВК,ВКонтакте,VK}'),
  ('ok',        'Одноклассники',                  'ok',        250, 7, '{Ок,OK,Одноклассники}'),
  ('email',     'Почта',                          'email',     100, 8, '{Почта,Почты,Email}');

INSERT INTO lead_types (code, name, position) VALUES
  ('telegram', 'Telegram', 1), ('whatsapp', 'WhatsApp', 2), ('max', 'Max', 3), ('viber', 'Viber', 4),
  ('instagram', 'Нельзяграм', 5), ('vk', 'ВКонтакте', 6), ('ok', 'Одноклассники', 7), ('email', 'Почта', 8),
  ('avito', 'Авито', 9), ('yula', 'Юла', 10), ('kwork', 'Kwork', 11), ('other_social', 'Другая соцсеть', 12), ('self', 'Самостоятельный', 13);

INSERT INTO rejection_reasons (text, position) VALUES
  ('Нет ответа клиента на скриншоте', 1),
  ('На скриншоте другой контакт', 2),
  ('Клиент не проявил интереса', 3),
  ('Скриншот не читается', 4),
  ('Клиент уже работает с нами', 5);
