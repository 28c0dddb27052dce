package dev.quilla.server.master;

import dev.quilla.apiserver.bootstrap.Bootstrap;
import dev.quilla.apiserver.bootstrap.MasterEndpoints;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that lets the service {@code kubernetes} follow the masters that there are. */
final class MasterFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MasterFollower.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final MasterAddresses addresses;
    private final MasterEndpoints endpoints;
    private final Thread thread = Thread.ofVirtual().name("masters").unstarted(this::run);
    private List<Bootstrap.Master> told;

    /**
     * Follows from what is told already.
     *
     * @param endpoints closed by others
     */
    MasterFollower(
            MasterAddresses addresses, List<Bootstrap.Master> told, MasterEndpoints endpoints) {
        this.addresses = addresses;
        this.told = told;
        this.endpoints = endpoints;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
                look();
            }
        } catch (InterruptedException e) {
            LOG.debug("closed");
        }
    }

    /** What does not succeed is done at the next look. */
    private void look() {
        List<Bootstrap.Master> now = addresses.now();
        if (now.equals(told) || now.isEmpty()) {
            return;
        }
        try {
            endpoints.set(now);
            told = now;
            LOG.info("the masters are now {}", now);
        } catch (ApiException | TransportException e) {
            LOG.warn("the masters' addresses are told later: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
