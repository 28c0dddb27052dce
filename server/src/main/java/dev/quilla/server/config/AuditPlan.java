package dev.quilla.server.config;

import dev.quilla.apiserver.audit.AuditFile;
import dev.quilla.apiserver.audit.AuditPolicy;
import dev.quilla.apiserver.audit.AuditQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is recorded of requests, and where: in a file, at a service, or both.
 *
 * @param log empty where nothing is written to a file
 * @param webhook empty where nothing is sent anywhere
 */
public record AuditPlan(AuditPolicy policy, Optional<Log> log, Optional<Webhook> webhook) {

    private static final long BYTES_MAX_USUAL = 100L << 20;
    private static final int BACKUPS_MAX_USUAL = 10;
    private static final int BACKUPS_MAX = 10_000;
    private static final Duration AGE_MAX_USUAL = Duration.ofDays(30);
    private static final int QUEUE_MAX_USUAL = 10_000;
    private static final int QUEUE_MAX = 1_000_000;
    private static final int BATCH_MAX_USUAL = 400;
    private static final int BATCH_MAX = 10_000;
    private static final Duration BATCH_WAIT_USUAL = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER_USUAL = Duration.ofSeconds(10);

    /** A file, and what it is delivered to by. */
    public record Log(Path file, AuditFile.Rotation rotation, AuditQueue.Settings queue) {}

    /**
     * A service.
     *
     * @param retryAfter how long it is left alone when it has not answered
     */
    public record Webhook(WebhookPlan server, Duration retryAfter, AuditQueue.Settings queue) {}

    /** Reads the section {@code audit} of a file; empty where there is none. */
    static Optional<AuditPlan> of(ConfigSection root) {
        return root.sectionIfPresent("audit").map(AuditPlan::read);
    }

    private static AuditPlan read(ConfigSection section) {
        AuditPolicy policy =
                section.has("policyFile")
                        ? AuditPolicyFile.read(section.path("policyFile"))
                        : AuditPolicy.usual();
        Optional<ConfigSection> webhook = section.sectionIfPresent("webhook");
        // Where neither is named, it is the file that is missed.
        Optional<Log> log =
                section.has("logFile") || webhook.isEmpty()
                        ? Optional.of(log(section))
                        : Optional.empty();
        return new AuditPlan(policy, log, webhook.flatMap(AuditPlan::webhook));
    }

    private static Log log(ConfigSection section) {
        return new Log(
                section.path("logFile"),
                new AuditFile.Rotation(
                        section.bytes("sizeMax").orElse(BYTES_MAX_USUAL),
                        section.has("backupsMax")
                                ? section.count("backupsMax", BACKUPS_MAX)
                                : BACKUPS_MAX_USUAL,
                        section.duration("ageMax", AGE_MAX_USUAL)),
                // A file need not be spared small writes: nothing waits for more.
                new AuditQueue.Settings(
                        mode(section), queue(section), BATCH_MAX_USUAL, Duration.ZERO));
    }

    private static Optional<Webhook> webhook(ConfigSection section) {
        AuditQueue.Settings queue =
                new AuditQueue.Settings(
                        mode(section),
                        queue(section),
                        some(section, "batchMax", BATCH_MAX_USUAL, BATCH_MAX),
                        section.duration("batchWait", BATCH_WAIT_USUAL));
        Duration retryAfter = section.duration("retryAfter", RETRY_AFTER_USUAL);
        return WebhookPlan.of(section, "kubeconfig")
                .map(server -> new Webhook(server, retryAfter, queue));
    }

    private static AuditQueue.Mode mode(ConfigSection section) {
        return section.has("mode")
                ? section.choice("mode", AuditQueue.Mode.class)
                : AuditQueue.Mode.BATCH;
    }

    private static int queue(ConfigSection section) {
        return some(section, "queueMax", QUEUE_MAX_USUAL, QUEUE_MAX);
    }

    private static int some(ConfigSection section, String key, int usual, int most) {
        int count = section.has(key) ? section.count(key, most) : usual;
        if (count == 0) {
            section.error(key, "must be 1 or more");
        }
        return Math.max(1, count);
    }
}
