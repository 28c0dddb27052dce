package dev.quilla.apiserver.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to a file by a thread of its own, through a queue with an end. When it is full,
 * either whoever brings an event waits, or the event is dropped and counted.
 */
public final class AuditLog implements AuditSink {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    /** No event is empty. */
    private static final byte[] END = {};

    /** What all events that wait may take: some are large. */
    private static final int WAITING_BYTES_MAX = 64 << 20;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /**
     * Where events go and how.
     *
     * @param bytesMax a file that would be larger is put aside
     * @param backupsMax how many files put aside are kept
     * @param ageMax how long they are kept; zero for ever
     * @param queueMax how many events may wait
     * @param blocking whether requests wait while the queue is full; else events are dropped
     */
    public record Settings(
            Path file,
            long bytesMax,
            int backupsMax,
            Duration ageMax,
            int queueMax,
            boolean blocking) {}

    private final AuditFile file;
    private final BlockingQueue<byte[]> queue;
    private final Semaphore room = new Semaphore(WAITING_BYTES_MAX);
    private final boolean blocking;
    private final Thread writer;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long toldDropped;
    private boolean failing;
    private volatile boolean closed;

    private AuditLog(AuditFile file, Settings settings) {
        this.file = file;
        this.queue = new ArrayBlockingQueue<>(settings.queueMax());
        this.blocking = settings.blocking();
        this.writer = Thread.ofVirtual().name("audit").unstarted(this::writeAll);
    }

    /**
     * Starts to write.
     *
     * @throws IOException if the file can't be written
     */
    public static AuditLog start(Settings settings, InstantSource clock) throws IOException {
        AuditLog log = unstarted(settings, clock);
        log.file.open();
        log.writer.start();
        return log;
    }

    /** One whose queue nobody empties yet. */
    static AuditLog unstarted(Settings settings, InstantSource clock) {
        AuditFile file =
                new AuditFile(
                        settings.file(),
                        new AuditFile.Rotation(
                                settings.bytesMax(), settings.backupsMax(), settings.ageMax()),
                        clock);
        return new AuditLog(file, settings);
    }

    @Override
    public void write(byte[] line) {
        taken.incrementAndGet();
        if (closed) {
            dropped.incrementAndGet();
        } else if (blocking) {
            put(line);
        } else if (!room.tryAcquire(line.length)) {
            dropped.incrementAndGet();
        } else if (!queue.offer(line)) {
            room.release(line.length);
            dropped.incrementAndGet();
        }
    }

    private void put(byte[] line) {
        try {
            room.acquire(line.length);
            queue.put(line);
        } catch (InterruptedException e) {
            dropped.incrementAndGet();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Counts counts() {
        return new Counts(taken.get(), dropped.get(), failed.get());
    }

    private void writeAll() {
        try {
            for (byte[] line = queue.take(); line.length > 0; line = queue.take()) {
                room.release(line.length);
                write(file, line);
                if (queue.isEmpty()) {
                    flush();
                    tellDropped();
                }
            }
            flush();
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("the audit log could not be closed", e);
        }
    }

    private void write(AuditFile to, byte[] line) {
        try {
            to.write(line);
            tellFailing(false, "");
        } catch (IOException e) {
            failed.incrementAndGet();
            tellFailing(true, String.valueOf(e.getMessage()));
        }
    }

    private void flush() {
        try {
            file.flush();
        } catch (IOException e) {
            failed.incrementAndGet();
            tellFailing(true, String.valueOf(e.getMessage()));
        }
    }

    /** Once when it begins and once when it ends, for a full disk would be told without end. */
    private void tellFailing(boolean now, String why) {
        if (now && !failing) {
            LOG.error("audit events can't be written: {}", why);
        } else if (!now && failing) {
            LOG.warn("audit events are written again; {} were not", failed.get());
        }
        failing = now;
    }

    private void tellDropped() {
        long now = dropped.get();
        if (now > toldDropped) {
            LOG.warn("{} audit events were dropped: the queue was full", now - toldDropped);
            toldDropped = now;
        }
    }

    /** Writes what waits, for some seconds at the most. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!queue.offer(END, CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    || !writer.join(CLOSE_MAX)) {
                writer.interrupt();
                LOG.error("{} audit events were not written in time", queue.size());
            }
        } catch (InterruptedException e) {
            writer.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Begins to empty the queue of an {@link #unstarted} one. */
    void begin() {
        writer.start();
    }
}
