import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.analysis.Analyzer;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.index.analysis.AnalyzerProvider;
import org.opensearch.index.analysis.PreBuiltAnalyzerProviderFactory;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.transport.Netty4ModulePlugin;

/** One OpenSearch node for a test run: folder, port, and the process it must not outlive. */
public final class Node {
    /** The usual analysis without Thai, whose dictionary the Java from PyPI does not bring. */
    public static final class Analysis extends CommonAnalysisModulePlugin {
        @Override
        public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
            var analyzers = new TreeMap<>(super.getAnalyzers());
            analyzers.remove("thai");
            return analyzers;
        }

        @Override
        public List<PreBuiltAnalyzerProviderFactory> getPreBuiltAnalyzerProviderFactories() {
            return super.getPreBuiltAnalyzerProviderFactories().stream()
                .filter(factory -> !factory.getName().equals("thai")).toList();
        }
    }

    public static void main(String[] told) throws Exception {
        ProcessHandle owner = ProcessHandle.of(Long.parseLong(told[2])).orElseThrow();
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("http.port", told[1]);
            settings.put("transport.port", "0");
            settings.put("network.host", "127.0.0.1");
            settings.put("discovery.type", "single-node");
            // the disk of a test machine may be nearly full
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
        runner.build(OpenSearchRunner.newConfigs().basePath(told[0]).numOfNode(1)
            .clusterName("sandyq-tests").useLogger().printOnFailure()
            .moduleTypes(Analysis.class.getName() + "," + Netty4ModulePlugin.class.getName()));
        while (owner.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
        runner.close();
    }
}
