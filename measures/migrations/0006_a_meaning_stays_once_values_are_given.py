"""A version under which months were given keeps its meaning: whoever asks, form, shell or script.

The row is locked against values that arrive at the same moment: they hold its key, so a change waits for them and
then sees them.
"""

from django.db import migrations

MEANING = (
    "measure_id",
    "number",
    "valid_from",
    "kind",
    "unit",
    "rate_multiplier",
    "numerator",
    "denominator",
    "denominator_group_id",
    "inclusions",
    "exclusions",
    "month_rule",
    "cohort_month_offset",
    "reporting_lag_days",
    "value_min",
    "value_max",
)

FUNCTION = """
CREATE FUNCTION measure_version_meaning_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM measures_measureversion WHERE id = OLD.id FOR UPDATE;
  IF EXISTS (SELECT 1 FROM measures_measurevalue WHERE version_id = OLD.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'integrity_constraint_violation',
      CONSTRAINT = 'measure_version_meaning_stays',
      MESSAGE = 'measure_version_meaning_stays: months were given under this version; write the next version';
  END IF;
  RETURN NEW;
END $$
"""

TRIGGER = f"""
CREATE TRIGGER measure_version_meaning_stays
BEFORE UPDATE OF {", ".join(MEANING)} ON measures_measureversion
FOR EACH ROW
WHEN (({", ".join(f"OLD.{column}" for column in MEANING)})
      IS DISTINCT FROM ({", ".join(f"NEW.{column}" for column in MEANING)}))
EXECUTE FUNCTION measure_version_meaning_stays()
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0005_uploaded_months")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION measure_version_meaning_stays()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER measure_version_meaning_stays ON measures_measureversion"),
    ]
