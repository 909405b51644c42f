"""What is said of a chart belongs to it: a milestone to its area, a kind of chart to its kind of measure.

Rows that are there stay as they are: they are asked when they are written again.
"""

from django.db import migrations

SAME_AREA = """
CREATE FUNCTION milestone_is_of_the_area_of_the_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM sites_milestone JOIN measures_areameasure USING (area_id)
    WHERE sites_milestone.id = NEW.milestone_id AND measures_areameasure.id = NEW.area_measure_id
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'integrity_constraint_violation',
      CONSTRAINT = 'milestone_is_of_the_area_of_the_measure',
      MESSAGE = 'milestone_is_of_the_area_of_the_measure: the milestone is another area''s';
  END IF;
  RETURN NEW;
END $$
"""

SAME_AREA_OF = """
CREATE TRIGGER milestone_is_of_the_area_of_the_measure
BEFORE INSERT OR UPDATE OF milestone_id, area_measure_id ON {table}
FOR EACH ROW WHEN (NEW.milestone_id IS NOT NULL)
EXECUTE FUNCTION milestone_is_of_the_area_of_the_measure()
"""

#: XmR and run charts suit every kind. Any version counts: a chart that suits an earlier one alone is not drawn.
SUITS = """
CREATE FUNCTION area_measure_chart_suits_its_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM measures_measureversion
    WHERE measure_id = NEW.measure_id
      AND kind = CASE WHEN NEW.chart IN ('p', 'pp') THEN 'proportion' ELSE 'rate' END
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'integrity_constraint_violation',
      CONSTRAINT = 'area_measure_chart_suits_its_measure',
      MESSAGE = 'area_measure_chart_suits_its_measure: a p chart needs a proportion, a u chart a rate';
  END IF;
  RETURN NEW;
END $$
"""

SUITS_OF = """
CREATE TRIGGER area_measure_chart_suits_its_measure
BEFORE INSERT OR UPDATE OF chart, measure_id ON measures_areameasure
FOR EACH ROW WHEN (NEW.chart IN ('p', 'pp', 'u', 'up'))
EXECUTE FUNCTION area_measure_chart_suits_its_measure()
"""


def same_area_of(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        SAME_AREA_OF.format(table=table), f"DROP TRIGGER milestone_is_of_the_area_of_the_measure ON {table}"
    )


class Migration(migrations.Migration):
    dependencies = [("measures", "0013_expectations_taken_back")]

    operations = [
        migrations.RunSQL(SAME_AREA, "DROP FUNCTION milestone_is_of_the_area_of_the_measure()"),
        same_area_of("measures_limitsdecision"),
        same_area_of("measures_expectation"),
        migrations.RunSQL(SUITS, "DROP FUNCTION area_measure_chart_suits_its_measure()"),
        migrations.RunSQL(SUITS_OF, "DROP TRIGGER area_measure_chart_suits_its_measure ON measures_areameasure"),
    ]
