package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiGroup;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.apiregistration.v1.APIService;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who serves a version of a group, as this master knows it. Thread-safe. */
public final class ApiServices {

    private static final String METRICS = "metrics.k8s.io";
    private static final String OPEN_API = "/openapi/v3";

    /** The cluster lives on these, so nobody else can come to serve them. */
    private static final Set<String> OWN_GROUPS =
            Schema.builtin().groups().stream()
                    .map(ApiGroup::name)
                    .filter(name -> !name.equals(METRICS))
                    .collect(Collectors.toUnmodifiableSet());

    private final ObjectStore objects;
    private final ApiResource type =
            Schema.builtin().find(Resources.API_SERVICES.gvr()).orElseThrow();

    /** Looks there. */
    public ApiServices(ObjectStore objects) {
        this.objects = objects;
    }

    /** All. */
    List<APIService> all() {
        return objects.list(objects.local(), type, "").stream().map(APIService::new).toList();
    }

    /** Those that other servers serve; the most wanted groups first, and their best versions. */
    List<APIService> remote() {
        return all().stream()
                .filter(ApiServices::isRemote)
                .sorted(
                        Comparator.<APIService>comparingInt(s -> -s.spec().groupPriorityMinimum())
                                .thenComparing(s -> s.spec().group())
                                .thenComparingInt(s -> -s.spec().versionPriority())
                                .thenComparing(s -> s.spec().version()))
                .toList();
    }

    /** Whether another server serves it. */
    static boolean isRemote(APIService service) {
        return service.spec().hasService() && !OWN_GROUPS.contains(service.spec().group());
    }

    /**
     * Who serves a path, if another server does.
     *
     * @param path of a resource, a version, or the document that describes a version
     */
    Optional<APIService> serving(String path) {
        String inner = path.startsWith(OPEN_API + "/") ? path.substring(OPEN_API.length()) : path;
        String[] parts = inner.split("/", 5);
        if (parts.length < 4 || !parts[1].equals("apis") || OWN_GROUPS.contains(parts[2])) {
            return Optional.empty();
        }
        return find(new GroupVersion(parts[2], parts[3])).filter(ApiServices::isRemote);
    }

    private Optional<APIService> find(GroupVersion version) {
        return objects.find(objects.local(), type, ObjectKey.cluster(name(version)))
                .map(stored -> new APIService(stored.object()));
    }

    /** What the object is called that says who serves a version. */
    static String name(GroupVersion version) {
        return version.version() + "." + version.group();
    }

    /** Whether it can be used, as far as is known. */
    static boolean isAvailable(APIService service) {
        return service.status().conditions().stream()
                .anyMatch(c -> c.type().equals("Available") && c.status().equals("True"));
    }
}
