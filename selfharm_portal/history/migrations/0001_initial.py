import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = """
CREATE SCHEMA history;

CREATE TABLE history.entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL,
    part text NOT NULL,
    model text NOT NULL,
    key text NOT NULL,
    before jsonb,
    after jsonb,
    person_id bigint,
    via text NOT NULL,
    role text NOT NULL DEFAULT session_user,
    CONSTRAINT history_entry_what_is_known CHECK (what IN ('insert', 'update', 'delete', 'truncate'))
);
CREATE INDEX history_entry_of_a_row ON history.entry (model, key);
CREATE INDEX history_entry_of_a_person ON history.entry (person_id);
CREATE INDEX history_entry_in_time ON history.entry (at);

-- Called with part, model, key column and columns to leave out: see kept.py.
-- As its owner (SECURITY DEFINER), since whoever changes a row must not be able to write here otherwise;
-- with a path of its own, so that nobody slips in a function of theirs.
CREATE FUNCTION history.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at_work jsonb := nullif(current_setting('history.at_work', true), '');
    before jsonb := to_jsonb(OLD) - TG_ARGV[3:];
    after jsonb := to_jsonb(NEW) - TG_ARGV[3:];
BEGIN
    IF TG_OP = 'UPDATE' AND before = after THEN
        RETURN NULL;
    END IF;
    INSERT INTO history.entry (what, part, model, key, before, after, person_id, via)
    VALUES (
        lower(TG_OP), TG_ARGV[0], TG_ARGV[1], coalesce(coalesce(after, before) ->> TG_ARGV[2], ''), before, after,
        (at_work ->> 'person')::bigint, coalesce(at_work ->> 'via', '')
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION history.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The history is kept as it was written: no entry is changed or deleted'
    USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON history.entry
FOR EACH STATEMENT EXECUTE FUNCTION history.refuse();
ALTER TABLE history.entry ENABLE ALWAYS TRIGGER refuse;
"""


class Migration(migrations.Migration):
    """The table, and the two functions; the triggers on other tables are attached after each `migrate` (kept.py).

    Going back works until the table is handed over (hand_over.sql), and not afterwards, as it should be.
    """

    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(TABLE, "DROP SCHEMA history CASCADE"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("insert", "Added"),
                            ("update", "Changed"),
                            ("delete", "Deleted"),
                            ("truncate", "Table emptied"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("content", "Content"), ("submissions", "Submissions"), ("accounts", "Accounts")],
                        max_length=11,
                    ),
                ),
                ("model", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=50)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("via", models.CharField(max_length=500)),
                ("role", models.CharField(max_length=63)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the history",
                "verbose_name_plural": "history",
                "db_table": 'history"."entry',
                "ordering": ["-id"],
                "managed": False,
            },
        ),
    ]
