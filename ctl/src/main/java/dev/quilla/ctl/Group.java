package dev.quilla.ctl;

import dev.quilla.ctl.failure.UsageException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A verb that is only the first word of others. */
abstract class Group implements Runnable {

    @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public void run() {
        String next = spec == null ? "" : String.join(", ", spec.subcommands().keySet());
        throw new UsageException("say what to do: " + next);
    }
}
