package dev.quilla.proxy;

import java.io.IOException;
import java.util.function.Predicate;

/** The UDP flows that the kernel knows, and where it leads each. */
interface FlowTable {

    /**
     * Forgets flows, so that their next packet is led anew.
     *
     * @return how many it forgot
     * @throws IOException if the kernel does not allow it
     */
    int forget(Predicate<UdpFlow> which) throws IOException;
}
