package api

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/retry"
)

// storage keeps VMInstances as HelmReleases. It is no genericregistry.Store, and so has nothing of what that does for
// every other kind: no strategy, no schema, no dry run, no optimistic locking.
type storage struct {
	rest.TableConvertor
	client dynamic.Interface
}

var (
	_ rest.Storage              = &storage{}
	_ rest.Scoper               = &storage{}
	_ rest.SingularNameProvider = &storage{}
	_ rest.Lister               = &storage{}
	_ rest.Watcher              = &storage{}
	_ rest.CreaterUpdater       = &storage{}
	_ rest.Patcher              = &storage{}
	_ rest.GracefulDeleter      = &storage{}
)

func newStorage(client dynamic.Interface) *storage {
	return &storage{TableConvertor: rest.NewDefaultTableConvertor(resource), client: client}
}

func (s *storage) New() runtime.Object     { return &VMInstance{} }
func (s *storage) NewList() runtime.Object { return &VMInstanceList{} }
func (s *storage) Destroy()                {}
func (s *storage) NamespaceScoped() bool   { return true }
func (s *storage) GetSingularName() string { return singular }

func (s *storage) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	instance, err := s.get(ctx, name)
	if err != nil {
		return nil, err
	}
	return instance, nil
}

func (s *storage) get(ctx context.Context, name string) (*VMInstance, error) {
	release, err := s.releases(ctx).Get(ctx, releasePrefix+name, metav1.GetOptions{})
	if err != nil {
		return nil, ofInstance(err, name)
	}
	return toInstance(release)
}

func (s *storage) List(ctx context.Context, options *internalversion.ListOptions) (runtime.Object, error) {
	found, err := s.releases(ctx).List(ctx, listed(options))
	if err != nil {
		return nil, err
	}
	list := &VMInstanceList{ListMeta: metav1.ListMeta{ResourceVersion: found.GetResourceVersion()}, Items: []VMInstance{}}
	for i := range found.Items {
		instance, err := toInstance(&found.Items[i])
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, *instance)
	}
	return list, nil
}

func (s *storage) Watch(ctx context.Context, options *internalversion.ListOptions) (watch.Interface, error) {
	wanted := listed(options)
	wanted.ResourceVersion = options.ResourceVersion
	events, err := s.releases(ctx).Watch(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return watch.Filter(events, func(event watch.Event) (watch.Event, bool) {
		release, ok := event.Object.(*unstructured.Unstructured)
		if !ok {
			return event, true
		}
		instance, err := toInstance(release)
		if err != nil {
			return event, false
		}
		event.Object = instance
		return event, true
	}), nil
}

// Create stores it, whatever the options say: a dry run too (cozystack#3982).
func (s *storage) Create(
	ctx context.Context, object runtime.Object, validate rest.ValidateObjectFunc, _ *metav1.CreateOptions,
) (runtime.Object, error) {
	instance := object.(*VMInstance)
	// Names are checked before anything could generate one.
	if problems := validation.IsDNS1035Label(instance.Name); len(problems) > 0 {
		return nil, errors.NewInvalid(groupVersion.WithKind(kind).GroupKind(), instance.Name, field.ErrorList{
			field.Invalid(field.NewPath("metadata", "name"), instance.Name, problems[0]),
		})
	}
	if validate != nil {
		if err := validate(ctx, object); err != nil {
			return nil, err
		}
	}
	release, err := toRelease(instance)
	if err != nil {
		return nil, err
	}
	stored, err := s.releases(ctx).Create(ctx, release, metav1.CreateOptions{})
	if err != nil {
		return nil, ofInstance(err, instance.Name)
	}
	return toInstance(stored)
}

// Update stores it over whatever is stored by now, in a dry run too.
func (s *storage) Update(
	ctx context.Context, name string, change rest.UpdatedObjectInfo, validateNew rest.ValidateObjectFunc,
	validate rest.ValidateObjectUpdateFunc, mayCreate bool, _ *metav1.UpdateOptions,
) (runtime.Object, bool, error) {
	old, err := s.get(ctx, name)
	if errors.IsNotFound(err) && mayCreate {
		object, err := change.UpdatedObject(ctx, nil)
		if err != nil {
			return nil, false, err
		}
		created, err := s.Create(ctx, object, validateNew, nil)
		return created, err == nil, err
	}
	if err != nil {
		return nil, false, err
	}
	object, err := change.UpdatedObject(ctx, old)
	if err != nil {
		return nil, false, err
	}
	if validate != nil {
		if err := validate(ctx, object, old); err != nil {
			return nil, false, err
		}
	}
	release, err := toRelease(object.(*VMInstance))
	if err != nil {
		return nil, false, err
	}
	var stored *unstructured.Unstructured
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		current, err := s.releases(ctx).Get(ctx, release.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		release.SetResourceVersion(current.GetResourceVersion())
		stored, err = s.releases(ctx).Update(ctx, release, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return nil, false, ofInstance(err, name)
	}
	instance, err := toInstance(stored)
	if err != nil {
		return nil, false, err
	}
	return instance, false, nil
}

func (s *storage) Delete(
	ctx context.Context, name string, validate rest.ValidateObjectFunc, _ *metav1.DeleteOptions,
) (runtime.Object, bool, error) {
	instance, err := s.get(ctx, name)
	if err != nil {
		return nil, false, err
	}
	if validate != nil {
		if err := validate(ctx, instance); err != nil {
			return nil, false, err
		}
	}
	if err := s.releases(ctx).Delete(ctx, releasePrefix+name, metav1.DeleteOptions{}); err != nil {
		return nil, false, ofInstance(err, name)
	}
	return instance, true, nil
}

func (s *storage) releases(ctx context.Context) dynamic.ResourceInterface {
	return s.client.Resource(helmReleases).Namespace(request.NamespaceValue(ctx))
}

// listed asks for the HelmReleases of what the options ask for.
func listed(options *internalversion.ListOptions) metav1.ListOptions {
	wanted := metav1.ListOptions{}
	selector := labels.SelectorFromSet(labels.Set{kindLabel: kind})
	if options.LabelSelector != nil {
		requirements, _ := options.LabelSelector.Requirements()
		for _, requirement := range requirements {
			own, err := labels.NewRequirement(
				keyPrefix+requirement.Key(), requirement.Operator(), requirement.Values().List())
			if err == nil {
				selector = selector.Add(*own)
			}
		}
	}
	wanted.LabelSelector = selector.String()
	if options.FieldSelector != nil {
		if name, ok := options.FieldSelector.RequiresExactMatch("metadata.name"); ok {
			wanted.FieldSelector = fmt.Sprintf("metadata.name=%s%s", releasePrefix, name)
		}
	}
	return wanted
}

// ofInstance says of the VMInstance what was said of its HelmRelease.
func ofInstance(err error, name string) error {
	switch {
	case errors.IsNotFound(err):
		return errors.NewNotFound(resource, name)
	case errors.IsAlreadyExists(err):
		return errors.NewAlreadyExists(resource, name)
	default:
		return err
	}
}
