package dev.quilla.apiserver.registry;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.core.v1.PodExecOptions;
import org.junit.jupiter.api.Test;

class VersionsTest {

    private final ServedResource pods =
            new ServedResource(
                    Schema.builtin().find(Resources.PODS.gvr()).orElseThrow(), KindBehaviour.NONE);

    /** Options of a connection are of no kind that has a version. */
    @Test
    void leavesWhatIsOfAnotherKindAsItIs() {
        Versions versions = new Versions(Converter.NONE);
        Struct options = PodExecOptions.builder().container("c").build().struct();
        Struct scale = Scale.builder().build().struct();
        assertSame(options, versions.as(pods, options));
        assertSame(scale, versions.as(pods, scale));
    }
}
