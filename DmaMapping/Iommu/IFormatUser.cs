namespace DmaMapping;

/// <summary>Something that is made anew for each page table format: how code outside gets hold of a format as a type.</summary>
/// <typeparam name="TResult">What is made.</typeparam>
internal interface IFormatUser<out TResult>
{
    TResult Use<TFormat>()
        where TFormat : struct, IPageTableFormat;
}
