package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.model.Struct;
import dev.quilla.model.networking.v1.NetworkPolicy;
import java.util.List;

/** Policies for pods' traffic: what they are about follows from what they say. */
final class NetworkPolicyKind implements KindBehaviour {

    private static final KindBehaviour PROTOCOLS =
            DefaultedKind.of(
                    set("spec.ingress[].ports[].protocol", "TCP"),
                    set("spec.egress[].ports[].protocol", "TCP"));

    @Override
    public Struct defaults(Struct object) {
        Struct filled = PROTOCOLS.defaults(object);
        NetworkPolicy policy = new NetworkPolicy(filled);
        if (!policy.spec().policyTypes().isEmpty()) {
            return filled;
        }
        List<String> types =
                policy.spec().egress().isEmpty()
                        ? List.of("Ingress")
                        : List.of("Ingress", "Egress");
        return policy.toBuilder().spec(s -> s.policyTypes(types)).build().struct();
    }
}
