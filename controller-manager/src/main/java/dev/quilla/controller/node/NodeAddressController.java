package dev.quilla.controller.node;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives each node a /24 of the pod range. */
public final class NodeAddressController implements Controller {

    private final ApiClient client;
    private final Informer<Node> nodes;
    private final int first;
    private final int blocks;

    /**
     * Works through a client and shared informers.
     *
     * @param podRange such as {@code 10.244.0.0/16}
     */
    public NodeAddressController(ApiClient client, Informers informers, String podRange) {
        this.client = client;
        this.nodes = informers.of(Resources.NODES);
        String[] parts = podRange.split("[./]");
        this.first =
                Integer.parseInt(parts[0]) << 16
                        | Integer.parseInt(parts[1]) << 8
                        | Integer.parseInt(parts[2]);
        this.blocks = 1 << (24 - Integer.parseInt(parts[4]));
    }

    @Override
    public String name() {
        return "nodeaddress";
    }

    @Override
    public List<Trigger> triggers() {
        return List.of(Trigger.onItself(nodes));
    }

    /** One at a time, over what the API has, so that no two nodes get the same block. */
    @Override
    public synchronized Outcome reconcile(ObjectKey key) {
        Optional<Node> found = client.resource(Resources.NODES).find(key);
        if (found.isEmpty() || !found.get().spec().podCIDR().isEmpty()) {
            return Outcome.DONE;
        }
        Set<String> taken =
                client
                        .resource(Resources.NODES)
                        .list(dev.quilla.client.ListOptions.ALL)
                        .items()
                        .stream()
                        .map(n -> n.spec().podCIDR())
                        .collect(Collectors.toSet());
        for (int i = 0; i < blocks; i++) {
            int block = first + i;
            String cidr = (block >> 16) + "." + (block >> 8 & 255) + "." + (block & 255) + ".0/24";
            if (!taken.contains(cidr)) {
                byte[] patch =
                        "{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{\"podCIDR\":\"%s\",\"podCIDRs\":[\"%s\"]}}"
                                .formatted(found.get().resourceVersion(), cidr, cidr)
                                .getBytes(StandardCharsets.UTF_8);
                client.resource(Resources.NODES).patch(key, PatchType.MERGE, patch);
                return Outcome.DONE;
            }
        }
        throw new IllegalStateException("the pod range has no block left for node " + key.name());
    }
}
