-- A document in the bin has no discussion until it is restored, so putting it there changes what people may do.
CREATE TRIGGER access_bin AFTER UPDATE OF deleted_at_ms ON documents BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
