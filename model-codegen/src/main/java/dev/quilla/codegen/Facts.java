package dev.quilla.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The schema's facts.
 *
 * @param types definitions that have fields, by short name
 * @param scalars what definitions without fields stand for, by short name
 * @param resources resources by group version, in order
 */
record Facts(Map<String, Type> types, Map<String, String> scalars, List<Resource> resources) {

    /** The model's own schema reader orders fields the same way: views use the index. */
    private static final List<String> LEADING = List.of("kind", "apiVersion", "metadata");

    /**
     * A definition.
     *
     * @param name its short name, {@code core.v1.Pod}
     * @param kinds group/version/kind, where it is a kind
     */
    record Type(String name, List<String> kinds, List<FieldFact> fields) {

        String packageName() {
            return "dev.quilla.model." + name.substring(0, name.lastIndexOf('.'));
        }

        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        String className() {
            return packageName() + "." + simpleName();
        }

        boolean isObject() {
            return kinds.size() == 1
                    && fields.stream()
                            .anyMatch(f ->
                                    f.name().equals("metadata")
                                            && f.type().equals("meta.v1.ObjectMeta"));
        }
    }

    /** A field, in the order of its index. */
    record FieldFact(String name, int index, String type) {}

    /** A resource that has a kind of its own. */
    record Resource(
            String groupVersion,
            String resource,
            String kind,
            boolean namespaced,
            String definition,
            boolean preferred) {}

    static Facts read(Path folder) throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        Map<String, Type> types = new LinkedHashMap<>();
        Map<String, String> scalars = new LinkedHashMap<>();
        JsonNode fields = mapper.readTree(Files.readString(folder.resolve("fields.json")));
        for (Map.Entry<String, JsonNode> entry : fields.properties()) {
            JsonNode fact = entry.getValue();
            if (fact.has("fields")) {
                types.put(entry.getKey(), type(entry.getKey(), fact));
            } else {
                scalars.put(entry.getKey(), fact.get("type").stringValue());
            }
        }
        JsonNode places = mapper.readTree(Files.readString(folder.resolve("resources.json")));
        return new Facts(types, scalars, resources(places));
    }

    private static Type type(String name, JsonNode fact) {
        List<String> names = new ArrayList<>();
        fact.get("fields").properties().forEach(p -> names.add(p.getKey()));
        names.sort(Comparator.comparingInt(Facts::rank).thenComparing(Comparator.naturalOrder()));
        List<FieldFact> fields = new ArrayList<>();
        for (String field : names) {
            fields.add(
                    new FieldFact(
                            field,
                            fields.size(),
                            fact.get("fields").get(field).get("type").stringValue()));
        }
        List<String> kinds = new ArrayList<>();
        if (fact.has("gvk")) {
            fact.get("gvk").forEach(k -> kinds.add(k.stringValue()));
        }
        return new Type(name, kinds, fields);
    }

    private static List<Resource> resources(JsonNode places) {
        Map<String, String> preferred = new LinkedHashMap<>();
        places.get("groups")
                .forEach(g ->
                        preferred.put(
                                g.get("name").stringValue(), g.get("preferred").stringValue()));
        List<Resource> resources = new ArrayList<>();
        for (JsonNode version : places.get("groupVersions")) {
            String gv = version.get("groupVersion").stringValue();
            String group = gv.contains("/") ? gv.substring(0, gv.indexOf('/')) : "";
            String own = gv.substring(gv.indexOf('/') + 1);
            for (JsonNode r : version.get("resources")) {
                resources.add(
                        new Resource(
                                gv,
                                r.get("resource").stringValue(),
                                r.get("kind").stringValue(),
                                r.get("namespaced").booleanValue(),
                                r.get("definition").stringValue(),
                                own.equals(preferred.get(group))));
            }
        }
        return resources;
    }

    private static int rank(String name) {
        int place = LEADING.indexOf(name);
        return place < 0 ? LEADING.size() : place;
    }
}
