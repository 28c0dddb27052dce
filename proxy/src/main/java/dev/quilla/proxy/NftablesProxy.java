package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ProxyContext;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services by the kernel's nftables, each change in one transaction. Node ports on 127.0.0.1 are
 * relays, since the kernel lets no packet from there go elsewhere. Used by one thread, but for
 * {@link #confirmed}.
 */
final class NftablesProxy implements NetworkProxy {

    private static final Logger LOG = LoggerFactory.getLogger(NftablesProxy.class);

    private final String podRange;
    private final KernelTable kernel;
    private final FlowTable flows;
    private final Relays relays;
    private ServiceTable served = ServiceTable.EMPTY;
    private volatile long confirmed;

    NftablesProxy(ProxyContext context, KernelTable kernel, FlowTable flows, Relays relays) {
        this.podRange = context.podRange();
        this.kernel = kernel;
        this.flows = flows;
        this.relays = relays;
    }

    @Override
    public void apply(ServiceTable services, ServiceChanges changes)
            throws IOException, InterruptedException {
        kernel.apply(NftablesRules.of(services, podRange));
        // The kernel serves all but these; one that is taken waits for the next look.
        boolean _ = relays.serve(Listening.nodePorts(services, Listening.LOOPBACK));
        forgetFlows(services);
        served = services;
        confirmed = services.generation();
    }

    /** Services are in place by then: a flow that can't be forgotten ends by its own time-out. */
    private void forgetFlows(ServiceTable services) {
        StaleFlows stale = StaleFlows.between(served, services);
        if (stale.isEmpty()) {
            return;
        }
        try {
            int forgotten = flows.forget(stale::holds);
            LOG.debug("{} UDP flows to backends that are gone are forgotten", forgotten);
        } catch (IOException e) {
            LOG.warn("UDP flows to backends that are gone go on: {}", e.getMessage());
        }
    }

    @Override
    public long confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        relays.close();
        // The thread may be interrupted, which is why it closes; the kernel's answer is short.
        boolean interrupted = Thread.interrupted();
        try {
            kernel.remove();
        } catch (IOException e) {
            LOG.warn("the services' rules could not be removed: {}", e.getMessage());
        } catch (InterruptedException _) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
