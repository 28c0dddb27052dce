package dev.quilla.server.config;

import dev.quilla.apiserver.audit.AuditLog;
import dev.quilla.apiserver.audit.AuditPolicy;
import java.time.Duration;
import java.util.Optional;

/** What is recorded of requests, and where. */
public record AuditPlan(AuditPolicy policy, AuditLog.Settings log) {

    private static final long BYTES_MAX_USUAL = 100L << 20;
    private static final int BACKUPS_MAX_USUAL = 10;
    private static final int BACKUPS_MAX = 10_000;
    private static final Duration AGE_MAX_USUAL = Duration.ofDays(30);
    private static final int QUEUE_MAX_USUAL = 10_000;
    private static final int QUEUE_MAX = 1_000_000;

    /** What happens where events come faster than they are written. */
    private enum Mode {
        BATCH,
        BLOCKING
    }

    /** Reads the section {@code audit} of a file; empty where there is none. */
    static Optional<AuditPlan> of(ConfigSection root) {
        return root.sectionIfPresent("audit").map(AuditPlan::read);
    }

    private static AuditPlan read(ConfigSection section) {
        AuditPolicy policy =
                section.has("policyFile")
                        ? AuditPolicyFile.read(section.path("policyFile"))
                        : AuditPolicy.usual();
        int queue =
                section.has("queueMax") ? section.count("queueMax", QUEUE_MAX) : QUEUE_MAX_USUAL;
        if (queue == 0) {
            section.error("queueMax", "must be 1 or more");
        }
        return new AuditPlan(
                policy,
                new AuditLog.Settings(
                        section.path("logFile"),
                        section.bytes("sizeMax").orElse(BYTES_MAX_USUAL),
                        section.has("backupsMax")
                                ? section.count("backupsMax", BACKUPS_MAX)
                                : BACKUPS_MAX_USUAL,
                        section.duration("ageMax", AGE_MAX_USUAL),
                        Math.max(1, queue),
                        section.has("mode")
                                && section.choice("mode", Mode.class) == Mode.BLOCKING));
    }
}
