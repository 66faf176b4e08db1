-- Which round of a follow-up's reminders a mail belongs to: one in each at most.
ALTER TABLE "invitation_mail" ADD COLUMN "round" smallint;
--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_mail_reminder" ON "invitation_mail" USING btree ("invitation_id","round") WHERE "invitation_mail"."round" is not null;
