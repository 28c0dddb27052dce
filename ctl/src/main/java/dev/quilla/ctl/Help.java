package dev.quilla.ctl;

import dev.quilla.ctl.print.TextTable;
import java.io.PrintStream;
import java.util.List;

/** What there is to type. */
final class Help {

    private Help() {}

    static boolean isAskedFor(List<String> words) {
        return List.of("help", "--help", "-h").contains(words.getFirst());
    }

    static void print(PrintStream out) {
        out.println("quilla VERB …: runs a cluster, and talks to it");
        out.println();
        TextTable table = new TextTable();
        Verbs.ALL.forEach(v -> table.row(v.name(), v.summary()));
        table.print(out, "  ");
        out.println();
        out.println("quilla VERB --help shows a verb's options. All of them take -n NAMESPACE,");
        out.println("--dir DIR, --kubeconfig FILE, --context NAME and --request-timeout TIME.");
    }
}
