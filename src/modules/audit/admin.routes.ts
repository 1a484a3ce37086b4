import { doors, page } from '../../web/page.ts';

export const admin = page(doors.admin);
