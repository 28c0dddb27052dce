package dev.quilla.store.raft;

import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that makes a leader hand over which applies nothing, or was elected with so much to
 * apply that others would answer sooner.
 */
final class ApplyWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApplyWatch.class);

    private final RaftServer.Division division;
    private final HandOver handOver;
    private final Readiness readiness;
    private final Stall stall = new Stall();
    private final Thread thread;

    ApplyWatch(RaftServer.Division division, HandOver handOver, Readiness readiness) {
        this.division = division;
        this.handOver = handOver;
        this.readiness = readiness;
        this.thread = Thread.ofVirtual().name("apply-watch").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Stall.INTERVAL.toNanos());
                look();
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

    private void look() throws InterruptedException {
        DivisionInfo info = division.getInfo();
        boolean stalled =
                stall.look(
                        division.getRaftLog().getLastCommittedIndex(),
                        info.getLastAppliedIndex(),
                        System.nanoTime());
        if (!info.isLeader()) {
            return;
        }
        if (stalled) {
            LOG.warn(
                    "nothing that is committed was applied for {} s: handing leadership over",
                    Stall.LIMIT.toSeconds());
            handOver.run();
        } else if (!info.isLeaderReady() && !readiness.ofThis(division)) {
            handOver.run();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
