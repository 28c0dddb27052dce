package dev.quilla.apiserver.outbound;

import dev.quilla.client.http.TlsMaterial;
import java.net.URI;
import java.util.List;

/**
 * A server to speak to.
 *
 * @param servers where it answers; any will do
 * @param authority what it is called in requests: {@code name.namespace.svc:443}
 * @param tls whom to trust, and who to be
 */
public record Backend(List<URI> servers, String authority, TlsMaterial tls) {

    public Backend {
        servers = List.copyOf(servers);
    }

    /** The server of a URL. */
    static Backend of(URI url, TlsMaterial tls) {
        URI server = URI.create("https://" + url.getRawAuthority());
        return new Backend(List.of(server), url.getRawAuthority(), tls);
    }
}
