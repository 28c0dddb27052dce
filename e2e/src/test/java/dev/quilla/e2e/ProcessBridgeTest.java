package dev.quilla.e2e;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes in namespaces of their own; and what else people do with kubectl. */
final class ProcessBridgeTest extends BridgeStory {

    @TempDir private Path folder;

    ProcessBridgeTest() {
        super(Setting.PROCESS_BRIDGE);
    }

    @Test
    @Order(11)
    void kubectlMakesAndChangesObjects() throws IOException {
        KubectlObjects kubectl = new KubectlObjects(cluster, folder);
        kubectl.makesObjectsOfEveryKindItHasACommandFor();
        kubectl.appliesPrunesAndTries();
        kubectl.patchesEditsAndReplaces();
        kubectl.asksWhoMayDoWhat();
    }

    @Test
    @Order(11)
    void kubectlLooksAfterWorkloadsAndNodes() throws IOException {
        KubectlWorkloads kubectl = new KubectlWorkloads(cluster, folder);
        kubectl.runsAndReadsWhatIsSaid();
        kubectl.looksIntoPodsThatRun();
        kubectl.copiesFiles();
        kubectl.rollsOutAndBack();
        kubectl.emptiesNodes();
    }

    @Test
    @Order(11)
    void kubectlAsksAboutTheClusterAndGetsAtWhatRuns() throws IOException {
        KubectlCluster kubectl = new KubectlCluster(cluster, folder);
        kubectl.findsOutWhatThereIs();
        kubectl.makesWhatIsOfTheWholeCluster();
        kubectl.looksAfterItsTools();
        kubectl.signsCertificates();
        kubectl.getsAtWhatRuns();
        kubectl.changesWhatRuns();
    }
}
