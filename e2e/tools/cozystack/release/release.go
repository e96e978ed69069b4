// Package release does what Flux's helm-controller does with a HelmRelease: it installs or upgrades the chart with
// Helm's own library, as another user.
package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

const patience = time.Minute

// NewCommand is the command helm-release <name> <chart>, which reads the values as JSON from standard input.
func NewCommand() *cobra.Command {
	cluster := genericclioptions.NewConfigFlags(true)
	uninstall := false
	command := &cobra.Command{
		Use:           "helm-release <name> <folder of the chart>",
		Short:         "Install or upgrade a release with the values on standard input, or uninstall it",
		Args:          cobra.ExactArgs(2),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(command *cobra.Command, arguments []string) error {
			configuration := new(action.Configuration)
			namespace := *cluster.Namespace
			if err := configuration.Init(cluster, namespace, "secrets", debug); err != nil {
				return err
			}
			if uninstall {
				_, err := action.NewUninstall(configuration).Run(arguments[0])
				return err
			}
			values := map[string]any{}
			if err := json.NewDecoder(command.InOrStdin()).Decode(&values); err != nil {
				return fmt.Errorf("no values on standard input: %w", err)
			}
			done, err := apply(configuration, namespace, arguments[0], arguments[1], values)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stdout, "%s revision %d\n", done.Name, done.Version)
			return nil
		},
	}
	cluster.AddFlags(command.Flags())
	command.Flags().BoolVar(&uninstall, "uninstall", false, "uninstall it")
	return command
}

func apply(
	configuration *action.Configuration, namespace, name, folder string, values map[string]any,
) (*release.Release, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	_, err = configuration.Releases.Last(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		install := action.NewInstall(configuration)
		install.ReleaseName = name
		install.Namespace = namespace
		install.Timeout = patience
		return install.Run(chart, values)
	}
	if err != nil {
		return nil, err
	}
	upgrade := action.NewUpgrade(configuration)
	upgrade.Namespace = namespace
	upgrade.Timeout = patience
	return upgrade.Run(name, chart, values)
}

func debug(format string, values ...any) {
	slog.Debug(fmt.Sprintf(format, values...))
}
