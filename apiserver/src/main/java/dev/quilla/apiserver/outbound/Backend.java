package dev.quilla.apiserver.outbound;

import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.ObjectKey;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A server to speak to.
 *
 * @param servers where it answers; any will do
 * @param authority what it is called in requests: {@code name.namespace.svc:443}
 * @param tls whom to trust, and who to be
 */
public record Backend(List<Server> servers, String authority, TlsMaterial tls) {

    public Backend {
        servers = List.copyOf(servers);
    }

    /**
     * One of the servers.
     *
     * @param address scheme, host and port
     * @param through the node that connects to it, where a master has no way of its own
     */
    public record Server(URI address, Optional<Through> through) {

        /** One that masters reach. */
        public static Server at(URI address) {
            return new Server(address, Optional.empty());
        }
    }

    /**
     * A node on the way.
     *
     * @param pod whose port it is; empty for the node's own
     */
    public record Through(String node, Optional<ObjectKey> pod) {

        /** What its kubelet is asked for. */
        String path(int port) {
            return pod.map(p -> "/dial/" + p).orElse("/dial") + "/" + port;
        }
    }

    /** A server that masters reach. */
    public static Backend of(URI server, TlsMaterial tls) {
        return new Backend(List.of(Server.at(server)), server.getRawAuthority(), tls);
    }

    /** The addresses of the servers. */
    List<URI> addresses() {
        return servers.stream().map(Server::address).toList();
    }

    /** The node on the way to one of the servers. */
    Optional<Through> through(URI address) {
        return servers.stream()
                .filter(s -> s.address().equals(address))
                .findFirst()
                .flatMap(Server::through);
    }
}
