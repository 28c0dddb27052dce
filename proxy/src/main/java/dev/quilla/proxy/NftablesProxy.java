package dev.quilla.proxy;

import dev.quilla.plugin.NetworkProxy;
import dev.quilla.plugin.ServiceChanges;
import dev.quilla.plugin.ServiceTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services by the kernel's nftables. Each table is put in place whole, in one transaction. Used by
 * one thread, but for {@link #confirmed}.
 */
final class NftablesProxy implements NetworkProxy {

    private static final Logger LOG = LoggerFactory.getLogger(NftablesProxy.class);

    private final String table;
    private volatile long confirmed;

    NftablesProxy(String clusterId) {
        this.table = table(clusterId);
    }

    private static String table(String clusterId) {
        return "quilla_services_" + clusterId.replaceAll("[^A-Za-z0-9]", "_");
    }

    @Override
    public void apply(ServiceTable services, ServiceChanges changes)
            throws IOException, InterruptedException {
        nft(NftablesRules.of(table, services));
        confirmed = services.generation();
    }

    @Override
    public long confirmed() {
        return confirmed;
    }

    @Override
    public void close() {
        // The thread may be interrupted, which is why it closes; the kernel's answer is short.
        boolean interrupted = Thread.interrupted();
        try {
            nft(removal(table));
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

    static void remove(String clusterId) throws IOException, InterruptedException {
        nft(removal(table(clusterId)));
    }

    private static String removal(String table) {
        // Named first so that deleting what is not there is no failure.
        return "table ip " + table + " {}\ndelete table ip " + table + "\n";
    }

    private static void nft(String commands) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(commands.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("nft ended early: {}", e.getMessage());
        }
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("nft refused the rules: " + said);
        }
    }
}
