package dev.quilla.ctl.describe;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.ServerTable;
import dev.quilla.ctl.print.TextTable;
import dev.quilla.ctl.session.Selection;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla describe}. */
@Command(name = "describe", description = "Tells of objects, with what happened to them.")
public final class DescribeVerb extends Verb {

    @Parameters(arity = "1..*", paramLabel = "TYPE [NAME…] | TYPE/NAME…")
    private List<String> words = List.of();

    @Mixin private final Selection selection = new Selection();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean allNamespaces;

    @Option(
            names = "--show-events",
            arity = "0..1",
            fallbackValue = "true",
            description = "With events; true by default.")
    private boolean events = true;

    /** Made for one run. */
    public DescribeVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        int told = 0;
        for (Target target : Target.parse(words, cluster().discovery())) {
            for (Tree object : objects(target)) {
                if (told++ > 0) {
                    out().println();
                    out().println();
                }
                describe(target.resource(), object);
            }
        }
        if (told == 0) {
            err().println("No resources found");
        }
        return 0;
    }

    private List<Tree> objects(Target target) throws IOException {
        Resource resource = target.resource();
        if (!target.name().isEmpty()) {
            return List.of(cluster().get(resource.path(cluster().namespace(), target.name())));
        }
        String namespace = allNamespaces ? "" : cluster().namespace();
        ApiRequest list = selection.of(ApiRequest.get(resource.path(namespace)));
        return cluster().call(list).trees("items").stream()
                .map(o -> o.with(resource.apiVersion(), "apiVersion").with(resource.kind(), "kind"))
                .toList();
    }

    private void describe(Resource resource, Tree object) throws IOException {
        Sheet sheet = new Sheet();
        description(resource, object).tell(object, sheet);
        sheet.print(out());
        if (events) {
            events(object);
        }
    }

    private Description description(Resource resource, Tree object) throws IOException {
        return switch (resource.pluralWithGroup()) {
            case "pods" -> new PodDescription();
            case "nodes" -> new NodeDescription(podsOn(object.name()));
            case "services" -> new ServiceDescription(slicesOf(object));
            case "configmaps" -> new DataDescription(false);
            case "secrets" -> new DataDescription(true);
            case "deployments.apps" -> new WorkloadDescription();
            default -> new AnyDescription();
        };
    }

    private List<Tree> podsOn(String node) throws IOException {
        return cluster()
                .call(
                        ApiRequest.get("/api/v1/pods")
                                .withQuery("fieldSelector", "spec.nodeName=" + node))
                .trees("items");
    }

    private List<Tree> slicesOf(Tree service) throws IOException {
        String path =
                "/apis/discovery.k8s.io/v1/namespaces/" + service.namespace() + "/endpointslices";
        return cluster()
                .call(
                        ApiRequest.get(path)
                                .withQuery(
                                        "labelSelector",
                                        "kubernetes.io/service-name=" + service.name()))
                .trees("items");
    }

    private void events(Tree object) throws IOException {
        String namespace = object.namespace();
        String path =
                namespace.isEmpty()
                        ? "/api/v1/events"
                        : "/api/v1/namespaces/" + namespace + "/events";
        String about =
                "involvedObject.name=%s,involvedObject.kind=%s"
                        .formatted(object.name(), object.text("kind"));
        ServerTable events =
                ServerTable.read(
                        cluster()
                                .call(
                                        ApiRequest.get(path)
                                                .withQuery("fieldSelector", about)
                                                .withAccept(ServerTable.ACCEPT)));
        if (events.rows().isEmpty()) {
            out().println("Events:  <none>");
            return;
        }
        out().println("Events:");
        TextTable table = new TextTable().row("Type", "Reason", "Age", "From", "Message");
        for (ServerTable.Row row : events.rows()) {
            table.row(
                    List.of("Type", "Reason", "Last Seen", "Source", "Message").stream()
                            .map(column -> events.cell(row, column))
                            .toList());
        }
        table.print(out(), "  ");
    }
}
