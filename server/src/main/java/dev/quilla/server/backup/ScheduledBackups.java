package dev.quilla.server.backup;

import dev.quilla.server.config.BackupPlan;
import dev.quilla.store.Store;
import dev.quilla.store.backup.BackupStatus;
import dev.quilla.store.backup.Origin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that looks whether a backup is due; only on the leader one ever is. */
public final class ScheduledBackups implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledBackups.class);
    private static final Duration LOOK_MIN = Duration.ofMillis(500);
    private static final Duration LOOK_MAX = Duration.ofMinutes(1);

    private final BackupSchedule schedule;
    private final InstantSource clock;
    private final Duration look;
    private final Thread thread;

    private ScheduledBackups(BackupSchedule schedule, InstantSource clock, Duration look) {
        this.schedule = schedule;
        this.clock = clock;
        this.look = look;
        this.thread = Thread.ofVirtual().name("backups").unstarted(this::run);
    }

    /**
     * Starts to make backups of a store, which must be closed after this.
     *
     * @param origin where the next one comes from
     */
    public static ScheduledBackups start(
            Store store, Supplier<Origin> origin, BackupPlan plan, InstantSource clock) {
        Duration tenth = plan.every().dividedBy(10);
        Duration atMost = tenth.compareTo(LOOK_MAX) > 0 ? LOOK_MAX : tenth;
        ScheduledBackups backups =
                new ScheduledBackups(
                        new BackupSchedule(store, origin, plan),
                        clock,
                        atMost.compareTo(LOOK_MIN) < 0 ? LOOK_MIN : atMost);
        backups.thread.start();
        return backups;
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(look.toNanos());
                schedule.look(clock.instant());
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        }
    }

    /** How it goes. */
    public BackupStatus status() {
        return schedule.status();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
