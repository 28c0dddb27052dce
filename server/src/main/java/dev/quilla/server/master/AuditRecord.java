package dev.quilla.server.master;

import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.audit.AuditLog;
import dev.quilla.server.config.AuditPlan;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * What a master records of requests, and the log that takes it.
 *
 * @param log empty where nothing is recorded
 */
record AuditRecord(Audit audit, Optional<AuditLog> log) implements AutoCloseable {

    /**
     * Begins, where there is a plan.
     *
     * @throws IOException if the log can't be written
     */
    static AuditRecord start(Optional<AuditPlan> plan, InstantSource clock) throws IOException {
        if (plan.isEmpty()) {
            return new AuditRecord(Audit.OFF, Optional.empty());
        }
        AuditLog log = AuditLog.start(plan.get().log(), clock);
        return new AuditRecord(
                Audit.of(
                        new Audit.Recording(
                                plan.get().policy(),
                                log,
                                clock,
                                () -> UUID.randomUUID().toString())),
                Optional.of(log));
    }

    @Override
    public void close() {
        log.ifPresent(AuditLog::close);
    }
}
