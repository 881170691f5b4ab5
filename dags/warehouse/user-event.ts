import { z } from "zod";

/** One record of the topic `user-events`. A record that does not fit goes to the dead letters and stops nothing. */
export const userEvent = z.object({
  id: z.string().min(1),
  user: z.string().min(1),
  action: z.string().min(1),
  at: z.iso.datetime({ offset: true }),
});

export type UserEvent = z.infer<typeof userEvent>;
