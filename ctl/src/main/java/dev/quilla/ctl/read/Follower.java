package dev.quilla.ctl.read;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.print.ServerTable;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Shows objects, then every change of them, for as long as it may and the server answers. */
final class Follower {

    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final ApiRequest list;
    private final Sink sink;
    private final PrintStream out;
    private final Patience patience;
    private String revision = "";

    /** What shows objects. */
    sealed interface Sink {

        /** The media type that it wants. */
        String accept();

        /** Shows a list, or one object; answers at which revision it was. */
        String show(Tree content);
    }

    /** Shows rows of tables. */
    record Rows(TablePrinter printer) implements Sink {
        @Override
        public String accept() {
            return ServerTable.ACCEPT;
        }

        @Override
        public String show(Tree content) {
            ServerTable table = ServerTable.read(content);
            printer.print(List.of(table));
            return table.rows().isEmpty()
                    ? content.text("metadata", "resourceVersion")
                    : content.textOr(
                            table.rows().getLast().object().text("metadata", "resourceVersion"),
                            "metadata",
                            "resourceVersion");
        }
    }

    /** Shows whole objects. */
    record Objects(ObjectPrinter printer, Resource resource, UnaryOperator<Tree> cleaned)
            implements Sink {
        @Override
        public String accept() {
            return "application/json";
        }

        @Override
        public String show(Tree content) {
            List<Tree> objects =
                    content.at("items").isPresent() ? content.trees("items") : List.of(content);
            objects.forEach(object ->
                    printer.print(
                            resource,
                            cleaned.apply(
                                    object.with(resource.apiVersion(), "apiVersion")
                                            .with(resource.kind(), "kind"))));
            return content.text("metadata", "resourceVersion");
        }
    }

    Follower(Cluster cluster, ApiRequest list, Sink sink, PrintStream out, Patience patience) {
        this.cluster = cluster;
        this.list = list.withAccept(sink.accept());
        this.sink = sink;
        this.out = out;
        this.patience = patience;
    }

    /** Follows until the time is over, the process ends or the server refuses. */
    void run(boolean showExisting) {
        Tree now = cluster.call(list);
        revision = now.text("metadata", "resourceVersion");
        if (showExisting) {
            sink.show(now);
            out.flush();
        }
        while (goesOn()) {
            try (WatchStream watch = cluster.watch(list.withQuery("resourceVersion", revision))) {
                follow(watch);
            } catch (WatchEndedException e) {
                // The server ends watches now and then: go on after what was seen last.
                continue;
            }
        }
    }

    private boolean goesOn() {
        return !patience.isOver() && !Thread.currentThread().isInterrupted();
    }

    private void follow(WatchStream watch) {
        while (goesOn()) {
            Optional<WatchEvent> event = watch.next(patience.left(LOOK));
            if (event.isPresent()) {
                String seen = sink.show(Tree.parse(event.get().object().encoded().shared()));
                revision = seen.isEmpty() ? revision : seen;
                out.flush();
            }
        }
    }
}
