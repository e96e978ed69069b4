// Package api stands for cozystack-api: an aggregated API server for VMInstances, which it stores as HelmReleases.
//
// It is written for what Cozystack v1.6.2 does otherwise than Kubernetes does for a custom resource; the tests name each.
package api

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/dynamic"
)

// NewCommand is the command that serves until the context ends.
func NewCommand(ctx context.Context) *cobra.Command {
	recommended := options.NewRecommendedOptions("", codecs.LegacyCodec(groupVersion))
	// HelmReleases are its storage.
	recommended.Etcd = nil
	recommended.Features.EnablePriorityAndFairness = false
	command := &cobra.Command{
		Use:          "cozystack-api",
		Short:        "Serve VMInstances",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			return run(ctx, recommended)
		},
	}
	recommended.AddFlags(command.Flags())
	return command
}

func run(ctx context.Context, recommended *options.RecommendedOptions) error {
	config := newConfig()
	if err := recommended.ApplyTo(config); err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config.ClientConfig)
	if err != nil {
		return err
	}
	generic, err := newServer(config, client)
	if err != nil {
		return err
	}
	return generic.PrepareRun().RunWithContext(ctx)
}

func newConfig() *server.RecommendedConfig {
	config := server.NewRecommendedConfig(codecs)
	namer := openapi.NewDefinitionNamer(scheme)
	config.OpenAPIConfig = server.DefaultOpenAPIConfig(definitions, namer)
	config.OpenAPIConfig.Info.Title = "Cozy"
	config.OpenAPIConfig.PostProcessSpec = withoutStrategicMergeV2
	config.OpenAPIV3Config = server.DefaultOpenAPIV3Config(definitions, namer)
	config.OpenAPIV3Config.Info.Title = "Cozy"
	config.OpenAPIV3Config.PostProcessSpec = withoutStrategicMerge
	config.FeatureGate = feature.DefaultMutableFeatureGate
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	return config
}

// newServer makes the server, which keeps its objects by the client.
func newServer(config *server.RecommendedConfig, client dynamic.Interface) (*server.GenericAPIServer, error) {
	// The storage cannot send the bookmark at the end of a list by watch; clients then list.
	if err := feature.DefaultMutableFeatureGate.Set("WatchList=false"); err != nil {
		return nil, err
	}
	generic, err := config.Complete().New("cozystack-api", server.NewEmptyDelegate())
	if err != nil {
		return nil, err
	}
	served := server.NewDefaultAPIGroupInfo(group, scheme, metav1.ParameterCodec, codecs)
	served.VersionedResourcesStorageMap[version] = map[string]rest.Storage{plural: newStorage(client)}
	return generic, generic.InstallAPIGroup(&served)
}
