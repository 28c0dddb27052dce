package dev.quilla.pki;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a certificate is to say.
 *
 * @param commonName the user's or server's name
 * @param organizations the user's groups
 * @param dnsNames names by which a server is reached
 * @param ipAddresses addresses by which a server is reached
 * @param validity how long from now
 */
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> ipAddresses,
        Set<Usage> usages,
        Duration validity) {

    /** A year. */
    public static final Duration YEAR = Duration.ofDays(365);

    public CertificateRequest {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
        usages = Set.copyOf(usages);
    }

    /** What the key may be used for. */
    public enum Usage {
        CLIENT,
        SERVER,
        /** Keys may be sent encrypted with it; without meaning for keys on elliptic curves. */
        KEY_ENCIPHERMENT
    }

    /** A client's: a user and the user's groups; for a year. */
    public static CertificateRequest client(String user, List<String> groups) {
        return new CertificateRequest(
                user, groups, List.of(), List.of(), Set.of(Usage.CLIENT), YEAR);
    }

    /** A server's, under these names and addresses; for a year. */
    public static CertificateRequest server(
            String name, List<String> dnsNames, List<String> ipAddresses) {
        return new CertificateRequest(
                name, List.of(), dnsNames, ipAddresses, Set.of(Usage.SERVER), YEAR);
    }

    /** One of several equals that are each other's clients and servers; for a year. */
    public static CertificateRequest peer(
            String name, List<String> dnsNames, List<String> ipAddresses) {
        return new CertificateRequest(
                name, List.of(), dnsNames, ipAddresses, Set.of(Usage.CLIENT, Usage.SERVER), YEAR);
    }

    /** The same in these organizations. */
    public CertificateRequest withOrganizations(List<String> all) {
        return new CertificateRequest(commonName, all, dnsNames, ipAddresses, usages, validity);
    }

    /** The same for that long. */
    public CertificateRequest withValidity(Duration length) {
        return new CertificateRequest(
                commonName, organizations, dnsNames, ipAddresses, usages, length);
    }
}
