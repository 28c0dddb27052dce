package dev.quilla.plugin;

/** Makes the proxy of one node. A node chooses by its label {@code quilla.dev/network-proxy}. */
public interface NetworkProxyFactory {

    /** The value of the node's label that chooses this proxy. */
    String name();

    /**
     * Makes a proxy that has programmed nothing yet.
     *
     * @throws Exception when this node can't run it; the message says why
     */
    NetworkProxy create(ProxyContext context) throws Exception;
}
