package dev.quilla.proxy;

import java.net.URI;
import java.util.List;

/**
 * What a node itself serves to its pods.
 *
 * @param dnsAddress under which pods ask for names
 * @param domain of the services' names
 * @param masters where the API answers; pods reach them as {@code kubernetes.default}
 */
public record LocalServices(String dnsAddress, String domain, List<URI> masters) {

    public LocalServices {
        masters = List.copyOf(masters);
    }
}
