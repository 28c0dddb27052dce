package dev.quilla.apiserver.outbound;

import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.Certificates;
import dev.quilla.pki.PkiException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A server that extends this one, as an object of the API names it.
 *
 * @param path after the authority; starts with a slash, and is not percent-encoded
 * @param authorities must have issued its certificate; none means those that the JVM trusts
 */
public record Target(Where where, String path, List<X509Certificate> authorities) {

    private static final int PORT_DEFAULT = 443;

    public Target {
        authorities = List.copyOf(authorities);
    }

    /** Where it answers. */
    public sealed interface Where {

        /** At a URL. */
        record AtUrl(URI url) implements Where {}

        /** Behind a service. */
        record BehindService(String namespace, String name, int port) implements Where {

            /** The name that its certificate must hold. */
            public String host() {
                return name + "." + namespace + ".svc";
            }
        }
    }

    /**
     * A server at a URL.
     *
     * @param caBundle PEM; empty for what the JVM trusts
     * @throws OutboundException if one of them can't be read
     */
    public static Target at(String url, String caBundle) throws OutboundException {
        try {
            URI uri = URI.create(url);
            String path = uri.getPath().isEmpty() ? "/" : uri.getPath();
            return new Target(new Where.AtUrl(uri), path, authorities(caBundle));
        } catch (IllegalArgumentException e) {
            throw new OutboundException("can't read the URL \"" + url + "\"");
        }
    }

    /**
     * A server behind a service.
     *
     * @param port 0 for the usual one
     * @param caBundle PEM; empty for what the JVM trusts
     * @throws OutboundException if the certificates can't be read
     */
    public static Target behind(
            String namespace, String name, int port, String path, String caBundle)
            throws OutboundException {
        return new Target(
                new Where.BehindService(namespace, name, port == 0 ? PORT_DEFAULT : port),
                path.startsWith("/") ? path : "/" + path,
                authorities(caBundle));
    }

    /** The address as it appears in messages. */
    public String url() {
        return switch (where) {
            case Where.AtUrl(URI url) -> "https://" + url.getRawAuthority() + path;
            case Where.BehindService service ->
                    "https://" + service.host() + ":" + service.port() + path;
        };
    }

    /** How it is spoken to by somebody who shows no certificate. */
    TlsMaterial tls() {
        TlsMaterial tls = new TlsMaterial(authorities, Optional.empty(), false, "");
        return switch (where) {
            case Where.AtUrl ignored -> tls;
            case Where.BehindService service -> tls.withServerName(service.host());
        };
    }

    private static List<X509Certificate> authorities(String pem) throws OutboundException {
        try {
            return pem.isBlank() ? List.of() : Certificates.parse(pem);
        } catch (PkiException e) {
            throw new OutboundException("unable to load root certificates: " + e.getMessage());
        }
    }
}
