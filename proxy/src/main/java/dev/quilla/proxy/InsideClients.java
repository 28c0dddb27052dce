package dev.quilla.proxy;

import dev.quilla.plugin.ProxyContext;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Clients of the cluster itself: its pods, and this machine.
 *
 * @param pods the range of all pods; empty if unknown
 */
record InsideClients(Optional<Ipv4Range> pods) implements Predicate<InetAddress> {

    static InsideClients of(ProxyContext context) {
        return new InsideClients(
                Optional.of(context.podRange()).filter(r -> !r.isEmpty()).map(Ipv4Range::parse));
    }

    @Override
    public boolean test(InetAddress client) {
        return client.isLoopbackAddress()
                || pods.filter(range -> range.contains(client)).isPresent()
                || isOwn(client);
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }
}
