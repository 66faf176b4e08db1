CREATE TABLE "card" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "card_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"person_id" bigint NOT NULL,
	"site_id" integer NOT NULL,
	"root_id" integer NOT NULL,
	"number" numeric(20, 0) NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"valid_from" date,
	"valid_until" date,
	"bulk_action_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "card_status" CHECK ("card"."status" in ('pending', 'issued', 'revoked')),
	CONSTRAINT "card_bits" CHECK ("card"."number" between 0 and 18446744073709551615)
);
--> statement-breakpoint
CREATE TABLE "org_unit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "org_unit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" integer NOT NULL,
	"name" text NOT NULL,
	"parent_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "photo" (
	"id" text PRIMARY KEY NOT NULL,
	"person_id" bigint,
	"site_id" integer NOT NULL,
	"kind" text NOT NULL,
	"file_key" text NOT NULL,
	"media_type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "photo_kind" CHECK ("photo"."kind" in ('cardholder', 'additional'))
);
--> statement-breakpoint
CREATE TABLE "photo_deletion" (
	"photo_id" text PRIMARY KEY NOT NULL,
	"site_id" integer NOT NULL,
	"kind" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"by_person_id" bigint,
	"bulk_action_id" text,
	"file_key" text,
	"erased_at" timestamp with time zone,
	CONSTRAINT "photo_deletion_erased" CHECK (("photo_deletion"."file_key" is null) = ("photo_deletion"."erased_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "saved_preset" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "saved_preset_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" integer NOT NULL,
	"name" text NOT NULL,
	"base" text NOT NULL,
	"options" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "person" DROP CONSTRAINT "person_keys";--> statement-breakpoint
ALTER TABLE "outgoing_mail" ALTER COLUMN "to_address" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "saved_preset" text;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "grants" jsonb;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "bulk_plan" ADD COLUMN "org_unit_id" bigint;--> statement-breakpoint
ALTER TABLE "bulk_plan" ADD COLUMN "supervisor_id" bigint;--> statement-breakpoint
ALTER TABLE "bulk_plan" ADD COLUMN "hand_over" integer;--> statement-breakpoint
ALTER TABLE "bulk_row" ADD COLUMN "extras" jsonb;--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "supervisor_id" bigint;--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "org_unit_id" bigint;--> statement-breakpoint
ALTER TABLE "site" ADD COLUMN "mail_domains" text[];--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "org_unit" ADD CONSTRAINT "org_unit_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "org_unit" ADD CONSTRAINT "org_unit_parent_id_org_unit_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."org_unit"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photo" ADD CONSTRAINT "photo_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_preset" ADD CONSTRAINT "saved_preset_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "card_number" ON "card" USING btree ("root_id","number");--> statement-breakpoint
CREATE INDEX "card_person" ON "card" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "org_unit_name" ON "org_unit" USING btree ("site_id","name");--> statement-breakpoint
CREATE INDEX "org_unit_parent" ON "org_unit" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "photo_person" ON "photo" USING btree ("person_id") WHERE "photo"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "photo_deletion_file" ON "photo_deletion" USING btree ("deleted_at") WHERE "photo_deletion"."file_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "saved_preset_name" ON "saved_preset" USING btree ("site_id","name");--> statement-breakpoint
ALTER TABLE "person" ADD CONSTRAINT "person_org_unit_id_org_unit_id_fk" FOREIGN KEY ("org_unit_id") REFERENCES "public"."org_unit"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_plan_person" ON "bulk_plan" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "bulk_plan_hand_over" ON "bulk_plan" USING btree ("bulk_action_id","hand_over") WHERE "bulk_plan"."hand_over" is not null;--> statement-breakpoint
CREATE INDEX "person_supervisor" ON "person" USING btree ("supervisor_id") WHERE "person"."supervisor_id" is not null;--> statement-breakpoint
CREATE INDEX "person_org_unit" ON "person" USING btree ("org_unit_id") WHERE "person"."org_unit_id" is not null;--> statement-breakpoint
CREATE INDEX "person_archived_email" ON "person" USING btree ("site_id","email_key") WHERE "person"."status" = 'archived';--> statement-breakpoint
ALTER TABLE "person" ADD CONSTRAINT "person_identified" CHECK (("person"."status" = 'anonymized') = ("person"."identifier" is null));