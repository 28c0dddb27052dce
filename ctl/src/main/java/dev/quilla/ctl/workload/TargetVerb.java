package dev.quilla.ctl.workload;

import dev.quilla.client.PatchType;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;

/** A verb that changes objects in place. */
abstract class TargetVerb extends Verb {

    TargetVerb(Session session) {
        super(session);
    }

    final String path(Target target) throws IOException {
        return target.resource().path(cluster().namespace(), target.name());
    }

    final Tree get(Target target) throws IOException {
        return cluster().get(path(target));
    }

    final Tree merge(Target target, Tree patch) throws IOException {
        return cluster().patch(path(target), PatchType.MERGE, patch);
    }

    final void say(Target target, String what) {
        out().println(target.label() + " " + what);
        out().flush();
    }
}
