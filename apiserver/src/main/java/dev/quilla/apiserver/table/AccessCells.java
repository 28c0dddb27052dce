package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import dev.quilla.model.certificates.v1.CertificateSigningRequest;
import dev.quilla.model.certificates.v1.CertificateSigningRequestCondition;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.RoleBinding;
import dev.quilla.model.rbac.v1.RoleRef;
import dev.quilla.model.rbac.v1.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the columns of the kinds show that say who may do what. */
final class AccessCells {

    private AccessCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "rolebindings.rbac.authorization.k8s.io",
                (column, object, now) -> {
                    RoleBinding binding = new RoleBinding(object);
                    return binding(column, binding.roleRef(), binding.subjects(), object, now);
                },
                "clusterrolebindings.rbac.authorization.k8s.io",
                (column, object, now) -> {
                    ClusterRoleBinding binding = new ClusterRoleBinding(object);
                    return binding(column, binding.roleRef(), binding.subjects(), object, now);
                },
                "certificatesigningrequests.certificates.k8s.io",
                AccessCells::request);
    }

    private static Object binding(
            String column, RoleRef role, List<Subject> subjects, Struct object, Instant now) {
        return switch (column) {
            case "Role" -> role.kind() + "/" + role.name();
            case "Users" -> names(subjects, "User");
            case "Groups" -> names(subjects, "Group");
            case "ServiceAccounts" ->
                    subjects.stream()
                            .filter(s -> s.kind().equals("ServiceAccount"))
                            .map(s -> s.namespace() + "/" + s.name())
                            .collect(Collectors.joining(", "));
            default -> Cells.common(column, object, now);
        };
    }

    private static String names(List<Subject> subjects, String kind) {
        return subjects.stream()
                .filter(s -> s.kind().equals(kind))
                .map(Subject::name)
                .collect(Collectors.joining(", "));
    }

    private static Object request(String column, Struct object, Instant now) {
        CertificateSigningRequest request = new CertificateSigningRequest(object);
        return switch (column) {
            case "SignerName" -> request.spec().signerName();
            case "Requestor" -> Cells.orNone(request.spec().username());
            case "RequestedDuration" ->
                    request.spec().hasExpirationSeconds()
                            ? Ages.span(Duration.ofSeconds(request.spec().expirationSeconds()))
                            : "<none>";
            case "Condition" -> condition(request);
            default -> Cells.common(column, object, now);
        };
    }

    private static String condition(CertificateSigningRequest request) {
        Set<String> types =
                request.status().conditions().stream()
                        .map(CertificateSigningRequestCondition::type)
                        .collect(Collectors.toSet());
        String state =
                types.contains("Denied")
                        ? "Denied"
                        : types.contains("Approved") ? "Approved" : "Pending";
        if (types.contains("Failed")) {
            state += ",Failed";
        }
        return request.status().certificate().length() > 0 ? state + ",Issued" : state;
    }
}
