-- Takes the history out of the reach of the role that the portal connects as.
--
-- An owner can drop a trigger, a table and a database, so all three go to a role that nobody signs in as.
-- To be run once, after the first `migrate`, in the portal's database, by a superuser: docs/decisions/0003-history.md.
-- Safe to run twice.
DO $$
DECLARE
    portal name := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'history.entry'::regclass);
BEGIN
    IF portal = 'historian' THEN
        RETURN;
    END IF;
    BEGIN
        CREATE ROLE historian NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN  -- there already, from another database of this server
    END;
    ALTER SCHEMA history OWNER TO historian;
    ALTER TABLE history.entry OWNER TO historian;
    ALTER FUNCTION history.keep() OWNER TO historian;
    ALTER FUNCTION history.refuse() OWNER TO historian;
    EXECUTE format('GRANT USAGE ON SCHEMA history TO %I', portal);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA history TO %I', portal);
    EXECUTE format('GRANT SELECT ON ALL SEQUENCES IN SCHEMA history TO %I', portal);  -- for its backups

    -- Tests make and drop databases of their own.
    IF current_database() NOT LIKE 'test\_%' THEN
        -- Else the role would lose, with the database, the right to make tables.
        IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public' AND pg_get_userbyid(nspowner) = 'pg_database_owner') THEN
            EXECUTE format('ALTER SCHEMA public OWNER TO %I', portal);
        END IF;
        EXECUTE format('ALTER DATABASE %I OWNER TO historian', current_database());
    END IF;
END
$$;
