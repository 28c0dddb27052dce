package dev.quilla.store.raft;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that makes a leader whose own disk stands still, or is full, hand over. */
final class DiskWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private final RaftServer.Division division;
    private final HandOver handOver;
    private final DiskSpace space;
    private final VoteSeal seal;
    private final InstantSource clock;
    private final Stall stall = new Stall();
    private final Thread thread;

    /** For want of space; used by the thread alone. */
    private boolean handedOver;

    DiskWatch(
            RaftServer.Division division,
            HandOver handOver,
            DiskSpace space,
            VoteSeal seal,
            InstantSource clock) {
        this.space = space;
        this.seal = seal;
        this.clock = clock;
        this.division = division;
        this.handOver = handOver;
        this.thread = Thread.ofVirtual().name("disk-watch").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Stall.INTERVAL.toNanos());
                lookAtSpace();
                seal.look(clock.instant());
                RaftLog log = division.getRaftLog();
                boolean stalled =
                        stall.look(log.getNextIndex() - 1, log.getFlushIndex(), System.nanoTime());
                if (stalled && division.getInfo().isLeader()) {
                    LOG.warn(
                            "the log's disk has flushed nothing for {} s: handing leadership over",
                            Stall.LIMIT.toSeconds());
                    handOver.run();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        } catch (IllegalStateException e) {
            // The log closes before this is told to end.
            if (division.getInfo().isAlive()) {
                throw e;
            }
        }
    }

    /** Once: where the others' disks are full too, leadership must not go round and round. */
    private void lookAtSpace() throws InterruptedException {
        boolean wasShort = space.isShort();
        space.look();
        if (wasShort != space.isShort()) {
            LOG.warn("{}", wasShort ? "there is room on the disk again" : space.trouble());
        }
        if (!space.isShort()) {
            handedOver = false;
        } else if (!handedOver && division.getInfo().isLeader()) {
            handedOver = true;
            handOver.run();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
