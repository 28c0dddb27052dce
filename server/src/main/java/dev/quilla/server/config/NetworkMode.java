package dev.quilla.server.config;

/** How pods and services are connected, and the address ranges that go with it. */
public enum NetworkMode {
    /** A network namespace a pod; needs root. */
    BRIDGE("10.96.0.0/12", "10.96.0.1", "10.96.0.10", "10.244.0.0/16"),
    /** Every pod has a loopback address of the machine's own; needs no privilege. */
    LOOPBACK("127.96.0.0/12", "127.96.0.1", "127.96.0.10", "127.64.0.0/11");

    private final String serviceRange;
    private final String apiAddress;
    private final String dnsAddress;
    private final String podRange;

    NetworkMode(String serviceRange, String apiAddress, String dnsAddress, String podRange) {
        this.serviceRange = serviceRange;
        this.apiAddress = apiAddress;
        this.dnsAddress = dnsAddress;
        this.podRange = podRange;
    }

    /** The range that service addresses come from, as CIDR. */
    public String serviceRange() {
        return serviceRange;
    }

    /** The address of the {@code kubernetes} service: the range's first. */
    public String apiAddress() {
        return apiAddress;
    }

    /** The address of the cluster's DNS service. */
    public String dnsAddress() {
        return dnsAddress;
    }

    /** The range that is cut into one /24 a node for pods, as CIDR. */
    public String podRange() {
        return podRange;
    }
}
