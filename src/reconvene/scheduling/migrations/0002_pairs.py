"""Both sessions of a cycle exist together or not at all. Checked at commit, so that they can be written one after the other."""

from django.db import migrations

PAIRS = """
CREATE FUNCTION scheduling_sessions_in_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE live integer;
BEGIN
    SELECT count(*) INTO live FROM scheduling_session WHERE cycle_id = COALESCE(NEW.cycle_id, OLD.cycle_id) AND cancelled_at IS NULL;
    IF live NOT IN (0, 2) AND EXISTS (SELECT 1 FROM groups_cycle WHERE id = COALESCE(NEW.cycle_id, OLD.cycle_id)) THEN
        RAISE EXCEPTION 'sessions_in_pairs' USING ERRCODE = 'check_violation', CONSTRAINT = 'sessions_come_in_pairs';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sessions_in_pairs AFTER INSERT OR DELETE OR UPDATE OF cycle_id, cancelled_at ON scheduling_session
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION scheduling_sessions_in_pairs();
"""


class Migration(migrations.Migration):
    """A constraint trigger, deferred to the end of the transaction."""

    dependencies = [("scheduling", "0001_initial"), ("groups", "0001_initial")]
    operations = [
        migrations.RunSQL(PAIRS, "DROP TRIGGER sessions_in_pairs ON scheduling_session; DROP FUNCTION scheduling_sessions_in_pairs()")
    ]
