package dev.quilla.model.apply;

import dev.quilla.model.Struct;
import dev.quilla.model.apply.KindVersions.Version;
import dev.quilla.model.apply.Values.Difference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of one write as other versions of their kind have them: converted when they are asked
 * for, and each but once for a version. Of one thread.
 */
final class Views {

    private final Ownership.Writer writer;
    private final KindVersions versions;
    private final Map<String, Optional<Version>> found = new HashMap<>();
    private final Map<String, Map<Struct, Struct>> known = new HashMap<>();

    Views(Ownership.Writer writer, KindVersions versions) {
        this.writer = writer;
        this.versions = versions;
    }

    /** Whether that is the version of what is written. */
    boolean isWritten(String apiVersion) {
        return apiVersion.equals(writer.apiVersion());
    }

    /** Whether there is such a version. */
    boolean has(String apiVersion) {
        return isWritten(apiVersion) || find(apiVersion).isPresent();
    }

    private Optional<Version> find(String apiVersion) {
        return found.computeIfAbsent(apiVersion, versions::find);
    }

    private Version version(String apiVersion) {
        return find(apiVersion).orElseThrow();
    }

    /** How one object became another, in a version that there is. */
    Difference difference(String apiVersion, Struct before, Struct after) {
        List<Struct> both = of(apiVersion, before, after);
        Set<String> notOwned = version(apiVersion).notOwned();
        return Ownership.difference(both.getFirst(), both.getLast(), Ownership.elements(notOwned));
    }

    Struct of(String apiVersion, Struct object) {
        return of(apiVersion, new Struct[] {object}).getFirst();
    }

    /** Objects in a version that there is, but for who owns their fields; in the same order. */
    List<Struct> of(String apiVersion, Struct... objects) {
        Map<Struct, Struct> seen = known.computeIfAbsent(apiVersion, v -> new IdentityHashMap<>());
        List<Struct> missing = new ArrayList<>();
        for (Struct object : objects) {
            if (object.isEmpty()) {
                // What is not there yet is so in every version.
                seen.put(object, version(apiVersion).definition().empty());
            } else if (!seen.containsKey(object)) {
                missing.add(object);
            }
        }
        if (!missing.isEmpty()) {
            List<Struct> made =
                    version(apiVersion).of(missing.stream().map(Views::withoutOwners).toList());
            for (int i = 0; i < made.size(); i++) {
                seen.put(missing.get(i), made.get(i));
            }
        }
        return List.of(objects).stream().map(seen::get).toList();
    }

    /** They are most of many objects, and the same in every version. */
    private static Struct withoutOwners(Struct object) {
        return object.find("metadata")
                .map(m -> object.with("metadata", ((Struct) m).without("managedFields")))
                .orElse(object);
    }
}
