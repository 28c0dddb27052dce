package dev.quilla.ctl.explain;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla explain}. */
@Command(name = "explain", description = "Says what a type of objects, or a field, is.")
public final class ExplainVerb extends Verb {

    @Parameters(arity = "0..1", paramLabel = "TYPE[.FIELD…]")
    private String path = "";

    @Option(names = "--recursive", description = "All fields of its fields too, by name.")
    private boolean recursive;

    @Option(
            names = "--api-version",
            paramLabel = "GROUP/VERSION",
            description = "Of that version, such as apps/v1.")
    private String apiVersion = "";

    /** Made for one run. */
    public ExplainVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        if (path.isEmpty()) {
            throw new UsageException(
                    "say what to explain: TYPE or TYPE.FIELD; see quilla api-resources");
        }
        List<String> words = List.of(path.split("\\.", -1));
        Resource resource = resource(words.getFirst());
        Field field = kind(resource);
        for (int i = 1; i < words.size(); i++) {
            Field next = field.fields().get(words.get(i));
            if (next == null) {
                String parent = String.join(".", words.subList(0, i));
                throw new CommandException(
                        "%s has no field \"%s\": see quilla explain %s"
                                .formatted(parent, words.get(i), parent));
            }
            field = next;
        }
        Explanation explanation = new Explanation(out());
        explanation.printKind(resource.group(), resource.kind(), resource.version());
        if (words.size() > 1) {
            explanation.printField(words.getLast(), field);
        }
        explanation.printMeaning(field, recursive);
        return 0;
    }

    private Resource resource(String word) throws IOException {
        Resource found = cluster().discovery().find(word);
        return apiVersion.isEmpty() ? found : cluster().discovery().find(apiVersion, found.kind());
    }

    /** The kind's schema, in the one document of its group and version. */
    private Field kind(Resource resource) throws IOException {
        String document = (resource.group().isEmpty() ? "api/" : "apis/") + resource.apiVersion();
        String path = cluster().get("/openapi/v3").text("paths", document, "serverRelativeURL");
        if (path.isEmpty()) {
            throw new CommandException("the server does not describe " + resource.apiVersion());
        }
        Tree schemas = cluster().call(ApiRequest.getTarget(path)).tree("components", "schemas");
        return schemas.fields().keySet().stream()
                .map(name -> schemas.tree(name))
                .filter(schema -> describes(schema, resource))
                .findFirst()
                .map(schema -> new Field(schemas, schema))
                .orElseThrow(() ->
                        new CommandException("the server does not describe " + resource.kind()));
    }

    private static boolean describes(Tree schema, Resource resource) {
        return schema.trees("x-kubernetes-group-version-kind").stream()
                .anyMatch(g ->
                        g.text("kind").equals(resource.kind())
                                && g.text("group").equals(resource.group())
                                && g.text("version").equals(resource.version()));
    }
}
