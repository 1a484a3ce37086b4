/** Sentences that people of the demo write. All invented. */
export const notes = [
  'перезвонить после обеда',
  'просил написать в выходные',
  'спрашивал про цены',
  'занят, вернуться через неделю',
  'интересует доставка',
];

export const leadComments = [
  'Попросил прислать прайс',
  'Готов созвониться завтра',
  'Интересует кухня на заказ',
  'Нужен замер',
  'Спросил про рассрочку',
  'Хочет два варианта',
  'Ждёт звонка менеджера',
  null,
  null,
  null,
];

export const rejections = [
  'Нет ответа клиента на скриншоте',
  'На скриншоте другой контакт',
  'Клиент не проявил интереса',
  'Скриншот не читается',
  'Клиент уже работает с нами',
];

export const reworks = [
  'Приложите скриншот переписки целиком',
  'Не видно контакта: переснимите',
  'Укажите, что именно интересует клиента',
];

export const limitReasons = [
  'Закончил базу до обеда, есть время',
  'Выхожу на весь день',
  'Хочу наверстать прошлую неделю',
];

export type Conversation = {
  person: string;
  lines: [from: 'person' | 'staff', text: string][];
  /** Working days of its department before now. */
  ago: number;
  /** The position of its purpose: contacts, leads, account, something else. */
  about: 1 | 2 | 3 | 4;
  /** Whose it is; nobody's when not said. */
  whose?: 'sveta' | 'pavel' | 'anna';
  closed?: boolean;
  /** The person's last words are read, and not yet answered. */
  read?: boolean;
  priority?: 'low' | 'high';
  tags?: string[];
  note?: string;
  rating?: [rating: number, words: string];
};

export const conversations: Conversation[] = [
  {
    person: 'marina',
    ago: 0,
    about: 2,
    whose: 'sveta',
    tags: ['доработка'],
    note: '@anna, второй раз спрашивают про сроки: стоит дописать в правила.',
    lines: [
      ['person', 'Добрый день! Почему лид по VK вернули на доработку?'],
      ['staff', 'Здравствуйте! На скриншоте не видно контакта, переснимите, пожалуйста.'],
      ['person', 'Поняла, сейчас исправлю. А срок есть?'],
    ],
  },
  {
    person: 'marina',
    ago: 16,
    about: 1,
    whose: 'pavel',
    closed: true,
    rating: [5, 'Быстро и понятно'],
    lines: [
      ['person', 'Сегодня дали 40 контактов вместо 50, это ошибка?'],
      ['staff', 'Нет: в базе оставалось 40 свободных. Вечером загрузим новые.'],
      ['person', 'Спасибо, увидела.'],
    ],
  },
  {
    person: 'oleg',
    ago: 1,
    about: 1,
    whose: 'sveta',
    lines: [
      ['person', 'Можно ли увеличить лимит по WhatsApp?'],
      ['staff', 'Да, отправьте заявку на странице контактов, одобрим сегодня.'],
      ['person', 'Спасибо!'],
      ['staff', 'Готово, добавили 20.'],
    ],
  },
  {
    person: 'Вера_К',
    ago: 3,
    about: 1,
    whose: 'pavel',
    tags: ['дубли'],
    lines: [
      ['person', 'Один и тот же номер попался дважды, так бывает?'],
      ['staff', 'Нет, номер закрепляется за одним агентом. Пришлите, пожалуйста, оба контакта.'],
    ],
  },
  {
    person: 'denis',
    ago: 4,
    about: 1,
    priority: 'high',
    tags: ['база max'],
    lines: [['person', 'В базе Max кончились контакты, когда будут новые?']],
  },
  {
    person: 'katya.s',
    ago: 7,
    about: 2,
    whose: 'sveta',
    closed: true,
    rating: [4, ''],
    lines: [
      ['person', 'Как указать источник, если клиент пришёл сам?'],
      ['staff', 'Источник определяется по контакту: если его выдали вам, это база, иначе самостоятельный.'],
      ['person', 'Теперь ясно, спасибо.'],
    ],
  },
  {
    person: 'katya.s',
    ago: 0,
    about: 3,
    whose: 'pavel',
    read: true,
    lines: [['person', 'Хочу сменить почту, а письмо со ссылкой не приходит.']],
  },
  {
    person: 'ruslan',
    ago: 12,
    about: 4,
    whose: 'pavel',
    closed: true,
    rating: [2, 'Долго ждал ответа'],
    lines: [
      ['person', 'Не открывается файл с выгрузкой'],
      ['staff', 'Попробуйте скачать .csv, он открывается везде.'],
    ],
  },
  {
    person: 'Полина',
    ago: 2,
    about: 2,
    whose: 'sveta',
    lines: [
      ['person', 'Можно отдать лид без скриншота? Клиент писал голосом.'],
      ['staff', 'Приложите снимок экрана со списком сообщений, этого достаточно.'],
      ['person', 'Хорошо!'],
      ['staff', 'Когда приложите, напишите сюда: проверим без очереди.'],
    ],
  },
  {
    person: 'gleb',
    ago: 0,
    about: 2,
    lines: [
      ['person', 'Лид отклонили с причиной «не отвечает», а мне он ответил сегодня.'],
      ['person', 'Могу показать переписку.'],
    ],
  },
  {
    person: 'timur',
    ago: 0,
    about: 3,
    priority: 'low',
    lines: [['person', 'Здравствуйте! Когда рассмотрят мою заявку?']],
  },
  {
    person: 'zoya',
    ago: 14,
    about: 4,
    whose: 'sveta',
    closed: true,
    lines: [
      ['person', 'Уезжаю на две недели, сохраните, пожалуйста, контакты.'],
      ['staff', 'Необработанные контакты вернутся в базу, остальные останутся за вами.'],
    ],
  },
];
