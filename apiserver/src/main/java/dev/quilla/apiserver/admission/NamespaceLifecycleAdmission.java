package dev.quilla.apiserver.admission;

import dev.quilla.model.ApiErrors;
import dev.quilla.model.Struct;
import java.util.Optional;
import java.util.Set;

/**
 * Namespaces that a cluster is nothing without are not deleted. That nothing new is made in a
 * namespace that is going is a condition of the write itself.
 */
public final class NamespaceLifecycleAdmission implements Admission {

    private static final Set<String> FOR_GOOD = Set.of("default", "kube-public", "kube-system");

    @Override
    public boolean handles(Request request) {
        return request.operation() == Operation.DELETE
                && request.resource().groupResource().toString().equals("namespaces")
                && FOR_GOOD.contains(request.call().info().name());
    }

    @Override
    public void validate(Request request, Optional<Struct> object) {
        throw ApiErrors.forbidden(
                request.resource().groupResource(),
                request.call().info().name(),
                "this namespace may not be deleted");
    }
}
