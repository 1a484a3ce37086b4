import type { Random } from './random.ts';
import type { Conversation } from './texts.ts';

type Question = Pick<Conversation, 'about'> & {
  whose: NonNullable<Conversation['whose']>[];
  asked: string;
  answer: string;
};

const questions: Question[] = [
  {
    about: 1,
    whose: ['pavel'],
    asked: 'Когда загрузите новую базу VK?',
    answer: 'Сегодня вечером, после 20:00 можно брать.',
  },
  {
    about: 1,
    whose: ['pavel', 'anna'],
    asked: 'Лимит по почте кончился, можно ещё 50?',
    answer: 'Добавили 50 на сегодня.',
  },
  {
    about: 1,
    whose: ['pavel'],
    asked: 'У контакта нет ника, только имя. Что с ним делать?',
    answer: 'Отметьте «не подходит», мы заменим.',
  },
  {
    about: 2,
    whose: ['sveta'],
    asked: 'Сколько обычно ждать проверки лида?',
    answer: 'В рабочее время — до получаса.',
  },
  {
    about: 2,
    whose: ['sveta', 'anna'],
    asked: 'Отправил лид с ошибкой в номере, как исправить?',
    answer: 'Вернула на доработку: поправьте номер и отправьте снова.',
  },
  {
    about: 2,
    whose: ['sveta'],
    asked: 'Клиент пришёл с Авито, какой тип выбрать?',
    answer: 'Тип «Авито», источник определится сам.',
  },
  {
    about: 3,
    whose: ['sveta', 'pavel'],
    asked: 'Можно войти с двух телефонов сразу?',
    answer: 'Да, выходить на первом не нужно.',
  },
  { about: 3, whose: ['pavel'], asked: 'Как поменять имя в кабинете?', answer: 'Имя меняем мы: напишите, на какое.' },
  {
    about: 4,
    whose: ['sveta', 'pavel'],
    asked: 'В выходные вы отвечаете?',
    answer: 'В субботу да, в воскресенье отдыхаем.',
  },
];
const askers = ['oleg', 'Вера_К', 'denis', 'katya.s', 'ruslan'];
const howMany = 40;
const days = 26;

/** What was asked and answered from day to day. */
export const everydayConversations = (random: Random): Conversation[] =>
  Array.from({ length: howMany }, (_, n) => {
    const { about, whose, asked, answer } = questions[(n * 4) % questions.length] ?? random.pick(questions);
    const thanks = random.chance(0.4);
    return {
      person: random.pick(askers),
      ago: 1 + Math.floor(((howMany - 1 - n) * days) / howMany),
      about,
      whose: random.pick(whose),
      closed: true,
      lines: [
        ['person', asked],
        ['staff', answer],
        ...(thanks ? [['person', 'Спасибо!'] as Conversation['lines'][0]] : []),
      ],
      ...(random.chance(0.5) ? { rating: [Number(random.weighted({ 5: 6, 4: 3, 3: 1 })), ''] } : {}),
    };
  });
