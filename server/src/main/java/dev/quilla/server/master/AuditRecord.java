package dev.quilla.server.master;

import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.audit.AuditFile;
import dev.quilla.apiserver.audit.AuditQueue;
import dev.quilla.apiserver.audit.AuditWebhook;
import dev.quilla.server.config.AuditPlan;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a master records of requests, and what takes it.
 *
 * @param queues none where nothing is recorded
 */
record AuditRecord(Audit audit, List<AuditQueue> queues) implements AutoCloseable {

    AuditRecord {
        queues = List.copyOf(queues);
    }

    /**
     * Begins, where there is a plan.
     *
     * @throws IOException if the log can't be written
     */
    static AuditRecord start(Optional<AuditPlan> plan, InstantSource clock) throws IOException {
        if (plan.isEmpty()) {
            return new AuditRecord(Audit.OFF, List.of());
        }
        List<AuditQueue> queues = new ArrayList<>();
        if (plan.get().log().isPresent()) {
            AuditPlan.Log log = plan.get().log().get();
            queues.add(
                    new AuditQueue(
                            "log",
                            AuditFile.open(log.file(), log.rotation(), clock),
                            log.queue(),
                            System::nanoTime));
        }
        plan.get().webhook().map(AuditRecord::webhook).ifPresent(queues::add);
        queues.forEach(AuditQueue::start);
        return new AuditRecord(
                Audit.of(
                        new Audit.Recording(
                                plan.get().policy(),
                                List.copyOf(queues),
                                clock,
                                () -> UUID.randomUUID().toString())),
                queues);
    }

    private static AuditQueue webhook(AuditPlan.Webhook webhook) {
        return new AuditQueue(
                "webhook",
                new AuditWebhook(
                        WebhookTransports.of(webhook.server()),
                        webhook.server().path(),
                        webhook.retryAfter(),
                        Thread::sleep),
                webhook.queue(),
                System::nanoTime);
    }

    @Override
    public void close() {
        queues.forEach(AuditQueue::close);
    }
}
